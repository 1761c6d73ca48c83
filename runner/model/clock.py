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


def resets_ms(at: str, zone: str, start_ms: int, end_ms: int) -> Times:
    """Every daily instant of `at` in `zone` from two days before `start_ms` to two days after `end_ms`, int64, oldest first."""
    first = datetime.fromtimestamp(start_ms / 1000 - 2 * DAY_MS / 1000, UTC).date()
    days = int((end_ms - start_ms) // DAY_MS) + 6
    if zone == "UTC":
        return instant_ms(first, at, zone) + DAY_MS * np.arange(days, dtype=np.int64)
    return np.array([instant_ms(first + timedelta(days=n), at, zone) for n in range(days)], np.int64)
