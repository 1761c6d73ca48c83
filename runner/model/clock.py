"""Wall-clock times in IANA zones as UTC instants, daylight saving included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from runner.model.bars import Times
from runner.model.duration import DAY_MS


def instant_ms(day: date, at: str, zone: str) -> int:
    """UTC milliseconds of `at` ('17:00' or '17:00:30') in `zone` on `day`; a time skipped by a clock change moves forward."""
    local = datetime.combine(day, time.fromisoformat(at), ZoneInfo(zone))
    return int(local.astimezone(UTC).timestamp() * 1000)


def resets_ms(at: str, zone: str, start_ms: int, end_ms: int, weekdays: tuple[int, ...] = ()) -> Times:
    """Every daily instant of `at` in `zone` from before `start_ms` to after `end_ms`, int64, oldest first: two days more on both sides.

    weekdays: only days that begin in the zone on these (0 = Monday); then nine days more on both sides, so that each comes once.
    """
    spare = 9 if weekdays else 2
    first = datetime.fromtimestamp(start_ms / 1000 - spare * DAY_MS / 1000, UTC).date()
    days = int((end_ms - start_ms) // DAY_MS) + 2 * spare + 2
    if zone == "UTC" and not weekdays:
        return instant_ms(first, at, zone) + DAY_MS * np.arange(days, dtype=np.int64)
    dates = [first + timedelta(days=n) for n in range(days)]
    return np.array([instant_ms(day, at, zone) for day in dates if not weekdays or day.weekday() in weekdays], np.int64)
