"""A time as people type it, and the bar it means."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import AfterValidator, Field

from runner.model.bars import Bars
from runner.model.errors import Problem, RunnerError
from runner.model.terms import Clock, nearest_zone
from runner.report.figures import minute

TYPED = re.compile(
    r"^(?P<day>\d{4}-\d{2}-\d{2})(?:[ T](?P<time>\d{1,2}:\d{2}(?::\d{2})?))?\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|[A-Za-z][\w/+-]*)?$"
)
EXAMPLES = "'2024-03-05 08:00' or '2024-03-05 09:00 Europe/Berlin'"


def refused(message: str) -> RunnerError:
    """A time that means no bar."""
    return RunnerError("this time cannot be explained", [Problem(path="at", message=message)])


def instant(typed: str) -> int:
    """UTC milliseconds of a time as typed, in UTC unless it names a zone or an offset. RunnerError when it is none."""
    found = TYPED.match(typed.strip())
    if found is None:
        raise refused(f"expected a time such as {EXAMPLES}, was {typed!r}")
    hours = found["time"] or "00:00"
    try:
        moment = datetime.fromisoformat(f"{found['day']} {hours.zfill(len(hours) + (hours[1] == ':'))}")
    except ValueError:
        raise refused(f"expected a time such as {EXAMPLES}, was {typed!r}") from None
    placed = moment.replace(tzinfo=zone(found["zone"] or "UTC"))
    if placed.astimezone(UTC).astimezone(placed.tzinfo).replace(tzinfo=None) != moment:
        raise refused(f"{typed!r} does not exist: the clocks were put forward over it")
    return int(placed.timestamp() * 1000)


def zone(name: str) -> tzinfo:
    """The zone of a name or an offset such as +01:00. RunnerError with the nearest name when there is none."""
    if name in ("Z", "UTC"):
        return UTC
    if name[0] in "+-":
        try:
            return datetime.fromisoformat(f"2000-01-01T00:00{name}").tzinfo or UTC
        except ValueError:
            raise refused(f"expected an offset such as +01:00, was {name!r}") from None
    try:
        Clock(at="00:00", zone=name)
    except ValueError:
        raise refused(f"expected a time zone such as UTC or Europe/Berlin, was {name!r}{nearest_zone(name)}") from None
    return ZoneInfo(name)


def an_instant(typed: str) -> str:
    """The text itself when it is a time, for an option of a mode: a mistake is told with all others. ValueError otherwise."""
    return _read(instant, typed)


def a_zone(typed: str) -> str:
    """The text itself when it is a zone or an offset; ValueError otherwise."""
    return _read(zone, typed)


def _read(read: Callable[[str], object], typed: str) -> str:
    try:
        read(typed)
    except RunnerError as error:
        raise ValueError(error.problems[0].message) from None
    return typed


Instant = Annotated[str, Field(min_length=1), AfterValidator(an_instant)]
ZoneName = Annotated[str, Field(min_length=1), AfterValidator(a_zone)]


def row_at(bars: Bars, moment: int) -> int:
    """The last bar that was closed at `moment`. RunnerError when the bars do not reach that far in either direction."""
    row = int(np.searchsorted(bars.close_time, moment, side="right")) - 1
    if row < 0 or moment >= int(bars.close_time[-1]) + bars.timeframe_ms:
        first, last = minute(int(bars.close_time[0])), minute(int(bars.close_time[-1]))
        raise refused(f"{minute(moment)} UTC lies outside the run; its bars of {bars.symbol} close from {first} to {last} UTC")
    return row
