"""The four ways of saying when: each gives the first instant after another, in UTC milliseconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from runner.model.clock import resets_ms
from runner.model.duration import DAY_MS, UNITS_MS

MONDAY_MS = 4 * DAY_MS  # 1970-01-05: weekly bars open on Mondays
FIELDS = ("minute", "hour", "day of month", "month", "day of week")
NAMES = re.compile("JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|MON|TUE|WED|THU|FRI|SAT|SUN")
ONLY_SOMEWHERE = "LW#?@"  # letters and signs that few crons know


@runtime_checkable
class When(Protocol):
    """When something is due."""

    def after(self, time_ms: int) -> int | None:
        """The first instant after that one, UTC ms; None where there is none any more."""
        ...


@dataclass(frozen=True, kw_only=True)
class Cron:
    """Five fields as Debian's cron reads them, clock changes included, in an IANA zone.

    What a clock change leaves out is made up for right after it, what it would double is done once; expressions whose minute or hour is `*`
    simply follow the clock on the wall.
    """

    expression: str
    zone: str

    def after(self, time_ms: int) -> int | None:
        """The first instant after that one."""
        if self.follows_the_wall:
            return self._shown_after(time_ms)
        begun = datetime.fromtimestamp(time_ms // 1000, UTC).astimezone(self.tz)
        found = (round(each.timestamp() * 1000) for each in CronSim(self.expression, begun))
        return next((each for each in found if each > time_ms), None)  # within a doubled hour cronsim begins with what was done before

    def _shown_after(self, time_ms: int) -> int | None:
        """When the clock on the wall next shows what is wanted: from one clock change to the next it runs evenly.

        Cronsim's own way misses instants where clocks change by half an hour.
        """
        begun = time_ms
        while True:
            ahead = round(_offset(self.zone, begun).total_seconds() * 1000)
            wall = datetime.fromtimestamp((time_ms + ahead) // 1000, UTC)
            found = next(iter(CronSim(self.expression, wall)), None)
            if found is None:
                return None
            due = round(found.timestamp() * 1000) - ahead
            change = next(iter(clock_changes(self.zone, begun, due)), None)
            if change is None or change[0] > due:
                return due
            begun, time_ms = change[0], change[0] - 1

    @property
    def follows_the_wall(self) -> bool:
        """Whether a clock change neither makes up for a run nor leaves one out: its minute or its hour begins with `*`."""
        return any(field.startswith("*") for field in self.expression.split()[:2])

    @cached_property
    def tz(self) -> ZoneInfo:
        """The zone."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, kw_only=True)
class BarClose:
    """So long after each close of bars of a timeframe, whose bars are counted from midnight UTC, weekly ones from Monday."""

    every_ms: int
    offset_ms: int = 0

    def after(self, time_ms: int) -> int:
        """The first instant after that one."""
        anchor = self.offset_ms + (MONDAY_MS if self.every_ms % UNITS_MS["w"] == 0 else 0)
        return (time_ms - anchor) // self.every_ms * self.every_ms + self.every_ms + anchor


@dataclass(frozen=True, kw_only=True)
class AfterReset:
    """So long after a firm's daily reset: a clock in an IANA zone, on some weekdays (0 = Monday, () = all)."""

    at: str
    zone: str
    offset_ms: int = 0
    weekdays: tuple[int, ...] = ()

    def after(self, time_ms: int) -> int | None:
        """The first instant after that one."""
        begun = time_ms - self.offset_ms
        resets = resets_ms(self.at, self.zone, begun - DAY_MS, begun + 8 * DAY_MS, self.weekdays)
        return next((int(each) + self.offset_ms for each in resets if each > begun), None)


@dataclass(frozen=True, kw_only=True)
class Always:
    """Not at times: it runs until it is stopped."""

    def after(self, time_ms: int) -> None:  # noqa: ARG002 - as the others are asked
        """Never."""
        return


def times(when: When, after_ms: int, until_ms: int | None = None) -> Iterator[int]:
    """Instants after `after_ms`, oldest first, up to and with `until_ms`."""
    due = when.after(after_ms)
    while due is not None and (until_ms is None or due <= until_ms):
        yield due
        due = when.after(due)


def following(when: When, after_ms: int, count: int) -> list[int]:
    """The next few instants after that one."""
    return list(islice(times(when, after_ms), count))


def cron_fault(expression: str) -> str | None:
    """What is wrong with a cron expression, with the field it stands in; None where it will run some day."""
    fields = expression.split()
    if len(fields) != len(FIELDS):
        return f"expected five fields ({', '.join(FIELDS)}), was {expression!r}{_miscounted(fields)}"
    for name, field in zip(FIELDS, fields, strict=True):
        long = next((word for word in WORD.findall(field) if word.upper() not in SHORT[name] and word[:3].upper() in SHORT[name]), None)
        if long is not None:
            return f"expected a {name} such as {EXAMPLES[name]}, was {field!r} in {expression!r}; nearest is {long[:3].upper()!r}"
        strange = next((letter for letter in NAMES.sub("", field.upper()) if letter in ONLY_SOMEWHERE), None)
        if strange is not None:
            return f"expected numbers, names, '*', ',', '-' and '/' in {name}, was {field!r}: {strange!r} is not known to every cron"
    return _unread(expression) or _never(expression)


def _miscounted(fields: list[str]) -> str:
    """What an expression with too few or too many fields was to be."""
    if len(fields) == 1 and fields[0].lower() in MACROS:
        return f"; nearest is {MACROS[fields[0].lower()]!r}"
    if len(fields) == len(FIELDS) + 1:
        return "; six are five without the seconds or the year: cron starts at full minutes, offset goes with every alone"
    return f"; found {len(fields)}" if fields else ""


def _unread(expression: str) -> str | None:
    """The field that cannot be read."""
    fields = expression.split()
    for place, (name, field) in enumerate(zip(FIELDS, fields, strict=True)):
        alone = ["*"] * len(FIELDS)
        alone[place] = field
        try:
            CronSim(" ".join(alone), datetime(2024, 1, 1, tzinfo=UTC))
        except CronSimError:
            return f"expected a {name} such as {EXAMPLES[name]}, was {field!r} in {expression!r}"
    return None


def _never(expression: str) -> str | None:
    """An expression no date fits, such as 30 February."""
    try:
        found = next(iter(CronSim(expression, datetime(2024, 1, 1, tzinfo=UTC))), None)
    except CronSimError:
        found = None
    return f"never comes: no date fits {expression!r}" if found is None else None


WORD = re.compile("[A-Za-z]+")
SHORT = {
    **dict.fromkeys(FIELDS, frozenset[str]()),
    "month": frozenset(("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
    "day of week": frozenset(("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")),
}
MACROS = {
    "@hourly": "0 * * * *",
    **dict.fromkeys(("@daily", "@midnight"), "0 0 * * *"),
    "@weekly": "0 0 * * SUN",
    "@monthly": "0 0 1 * *",
    **dict.fromkeys(("@yearly", "@annually"), "0 0 1 1 *"),
}
EXAMPLES = {"minute": "5 or */15", "hour": "0-23/4", "day of month": "1 or */2", "month": "1-12 or JAN", "day of week": "MON-FRI or 0"}


def local(time_ms: int, zone: str) -> datetime:
    """An instant on the clocks of a zone."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(ZoneInfo(zone))


def clock_changes(zone: str, begin_ms: int, end_ms: int) -> list[tuple[int, timedelta]]:
    """When the clocks of a zone change between two instants: (UTC ms, by how much they go forward), oldest first."""
    found: list[tuple[int, timedelta]] = []
    step, at = DAY_MS, begin_ms
    while at < end_ms:
        before, after = _offset(zone, at), _offset(zone, at + step)
        if before != after:
            found.append((_edge(zone, at, at + step), after - before))
        at += step
    return found


def _offset(zone: str, time_ms: int) -> timedelta:
    return local(time_ms, zone).utcoffset() or timedelta()


def _edge(zone: str, low: int, high: int) -> int:
    """The first millisecond of the later offset."""
    late = _offset(zone, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _offset(zone, middle) == late else (middle, high)
    return high
