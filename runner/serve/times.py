"""A run's times as APScheduler asks for them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.base import BaseTrigger

from runner.schedule.when import When


@dataclass(frozen=True, kw_only=True)
class Times(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """The instants of a `When`, each later by the same `spread_ms`; so schedule, cron and serve agree on when a run is due."""

    when: When
    spread_ms: int = 0

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first instant after the previous one, or after now; None where there is none any more."""
        begun = now if previous_fire_time is None else previous_fire_time
        due = self.when.after(milliseconds_of(begun) - self.spread_ms)
        return None if due is None else instant(due + self.spread_ms)

    def due_ms(self, fires: datetime) -> int:
        """When the run was due that fires then, UTC ms."""
        return milliseconds_of(fires) - self.spread_ms


def spread_ms(name: str, jitter_ms: int) -> int:
    """How much later than its times an account's runs begin: between 0 and the jitter, the same every time for the same name."""
    return zlib.crc32(name.encode()) % (jitter_ms + 1)


def instant(ms: int) -> datetime:
    """UTC milliseconds as a datetime; exact, floats are not involved."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def milliseconds_of(at: datetime) -> int:
    """A datetime as UTC milliseconds, rounded to the nearest: the store keeps seconds in floats."""
    return round(at.timestamp() * 1000)
