"""Times as the clocks of cron, systemd and Kubernetes take them: the same instants, or minutes that hold them all and are asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Literal

from cronsim import CronSim

from runner.model.duration import DAY_MS, MINUTE_MS, SECOND_MS
from runner.model.errors import ConfigError, Problem
from runner.schedule.when import Cron, When, clock_changes, local, times

MINUTES, HOURS, DAYS, MONTHS, WEEKDAYS = tuple(range(60)), tuple(range(24)), tuple(range(1, 32)), tuple(range(1, 13)), tuple(range(7))
MANY = 10_000  # instants of a year that are looked at one by one
LONGEST_GRACE = 5  # minutes
NAMES = {name: str(number) for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
NAMES |= {
    name: str(number + 1)
    for number, name in enumerate(("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"))
}
Manners = Literal["debian", "plain"]  # with what a change leaves out or doubles


@dataclass(frozen=True, kw_only=True)
class Fields:
    """Minutes of a clock. weekdays: 0 = Sunday. either: a day fits by date or weekday, else by both. written: as a person wrote it."""

    minutes: tuple[int, ...] = MINUTES
    hours: tuple[int, ...] = HOURS
    days: tuple[int, ...] = DAYS
    months: tuple[int, ...] = MONTHS
    weekdays: tuple[int, ...] = WEEKDAYS
    either: bool = False
    written: str = ""

    @property
    def cron(self) -> str:
        """The five fields of cron, with numbers only."""
        if self.written:
            return self.written
        parts = ((self.minutes, MINUTES), (self.hours, HOURS), (self.days, DAYS), (self.months, MONTHS), (self.weekdays, WEEKDAYS))
        return " ".join("*" if own == whole else listed(own) for own, whole in parts)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """When a clock starts something. zone: whose clock. seconds: waited after the minute.

    exact: these minutes are the due ones; else they hold the due ones, and each start asks whether it is due (runner/deploy/probe.py).
    """

    zone: str
    fields: tuple[Fields, ...]
    seconds: int
    exact: bool

    @property
    def grace(self) -> int:
        """Minutes for which a start may be late without being taken for the next one, at most five."""
        minutes = sorted({hour * 60 + minute for each in self.fields for hour in each.hours for minute in each.minutes})
        gaps = (after - before for before, after in zip(minutes, [*minutes[1:], minutes[0] + 24 * 60], strict=True))
        return max(1, min(LONGEST_GRACE, *gaps)) if len(minutes) > 1 else LONGEST_GRACE


def listed(numbers: Sequence[int]) -> str:
    """1-3,7 for 1, 2, 3, 7."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" if high > low + 1 else f"{low},{high}" for low, high in spans)


def timing(when: When, zones: tuple[str, ...], year: int, manners: Manners = "plain") -> Timing:
    """The times of a run on the clock of one of these zones, the first one that says them exactly.

    What is written is tried out on every instant of `year`. manners: "debian" makes up for what a change of the clock leaves out, as
    cronsim says it; of "plain" nothing is expected there but trouble. refuses: what comes more than once a minute.
    """
    frozen: Any = when  # each kind of times is, and has a hash
    return _tried(frozen, zones, year, manners)


@lru_cache(maxsize=4096)
def _tried(when: Any, zones: tuple[str, ...], year: int, manners: Manners) -> Timing:
    seen, windows = instants(when, year)
    late = {at % MINUTE_MS for at in seen}
    if len(late) != 1:
        raise ConfigError("a clock that knows minutes cannot start this", [Problem(path="runs", message="comes more than once a minute")])
    seconds = -(-late.pop() // SECOND_MS)
    minutes = [at // MINUTE_MS * MINUTE_MS for at in seen]
    for zone in zones:
        for fields in choices(when, minutes, zone, manners):
            if reproduced(fields, zone, manners, minutes, windows):
                return Timing(zone=zone, fields=fields, seconds=seconds, exact=True)
    zone = zones[0]
    return Timing(zone=zone, fields=(holding(minutes, zone, getattr(when, "zone", "UTC"), year),), seconds=seconds, exact=False)


def instants(when: When, year: int) -> tuple[list[int], list[tuple[int, int]]]:
    """What is due in a year (or later, where it is seldom), and the spans looked through; of what is frequent, some days."""
    begin, end = of(year, 1), of(year + 1, 1)
    found = list(islice(times(when, begin - 1, end - 1), MANY))
    if not found:
        found = list(islice(times(when, begin - 1), 3))
        return found, [(begin, found[-1] + DAY_MS)] if found else []
    if len(found) < MANY:
        return found, [(begin, end)]
    weeks = [(of(year, month), of(year, month) + (8 if month == 1 else 1) * DAY_MS) for month in MONTHS]
    changes = [
        (at - at % DAY_MS - DAY_MS, at - at % DAY_MS + 2 * DAY_MS) for at, _ in clock_changes(getattr(when, "zone", "UTC"), begin, end)
    ]
    spans = [*weeks, *changes]
    return sorted({at for low, high in spans for at in times(when, low - 1, high - 1)}), spans


def of(year: int, month: int) -> int:
    """The first instant of a month, UTC."""
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000


def choices(when: When, minutes: Sequence[int], zone: str, manners: Manners) -> Iterator[tuple[Fields, ...]]:
    """Ways to say it: as it was written, or by hours and weekdays."""
    if isinstance(when, Cron) and when.zone == zone:
        yield (read(when.expression, written=manners == "debian"),)
    yield weekly(minutes, zone)


def read(expression: str, *, written: bool) -> Fields:
    """A cron expression as numbers."""
    text = expression.upper()
    for name, number in NAMES.items():
        text = text.replace(name, number)
    parsed = CronSim(expression, datetime(2024, 1, 1, tzinfo=UTC))
    days, weekdays = plain(parsed.days), tuple(sorted({day % 7 for day in plain(parsed.weekdays)}))
    limited = days != DAYS and weekdays != WEEKDAYS
    return Fields(
        minutes=plain(parsed.minutes),
        hours=plain(parsed.hours),
        days=days,
        months=plain(parsed.months),
        weekdays=weekdays,
        either=limited and not parsed.day_and,
        written=text if written else "",
    )


def plain(numbers: Iterable[object]) -> tuple[int, ...]:
    """Sorted numbers."""
    return tuple(sorted(number for number in numbers if isinstance(number, int)))


def weekly(minutes: Sequence[int], zone: str) -> tuple[Fields, ...]:
    """Instants as hours and minutes of weekdays on the clock of a zone; few lines, each a product of sets."""
    by_day: dict[int, set[tuple[int, int]]] = {}
    for at in minutes:
        wall = local(at, zone)
        by_day.setdefault(wall.isoweekday() % 7, set()).add((wall.hour, wall.minute))
    found: list[Fields] = []
    for day_times in dict.fromkeys(frozenset(each) for _, each in sorted(by_day.items())):
        days = tuple(day for day in WEEKDAYS if frozenset(by_day.get(day, ())) == day_times)
        hours = {minute: tuple(sorted(hour for hour, other in day_times if other == minute)) for _, minute in day_times}
        for own in dict.fromkeys(hours[minute] for minute in sorted(hours)):
            same = tuple(minute for minute in sorted(hours) if hours[minute] == own)
            found.append(Fields(minutes=same, hours=own, weekdays=days))
    return tuple(found)


def reproduced(fields: Sequence[Fields], zone: str, manners: Manners, minutes: Sequence[int], windows: Sequence[tuple[int, int]]) -> bool:
    """Whether a clock that reads these fields starts at these instants and no other."""
    if manners == "plain" and any(doubtful(each, zone, low, high) for each in fields for low, high in windows):
        return False
    told: set[int] = set()
    for each in fields:
        if each.days != DAYS and each.weekdays != WEEKDAYS and not each.either and not each.written:
            return False  # five fields of numbers say either-or there
        for low, high in windows:
            upto = islice(times(Cron(expression=each.cron, zone=zone), low - 1, high - 1), len(minutes) + 1)
            told.update(upto)
    return told == set(minutes)


def doubtful(fields: Fields, zone: str, low: int, high: int) -> bool:
    """Whether some of these times are left out or doubled where the clocks of the zone change, on whatever date."""
    return any(
        spoilt(hour * 60 + minute, at, by, zone)
        for at, by in clock_changes(zone, low, high)
        for hour in fields.hours
        for minute in fields.minutes
    )


def spoilt(minute: int, at_ms: int, by: timedelta, zone: str) -> bool:
    """Whether a minute of the day lies in the span that a change of the clock leaves out (forward) or doubles (back)."""
    after = local(at_ms, zone)
    length = round(by.total_seconds() / 60)
    begin = after.hour * 60 + after.minute - max(length, 0)
    return (minute - begin) % (24 * 60) < abs(length)


def holding(minutes: Sequence[int], zone: str, own: str, year: int) -> Fields:
    """Minutes of the day that hold every due one of any year: those seen, and what other offsets make of them."""
    seen = {(wall.hour * 60 + wall.minute) for wall in (local(at, zone) for at in minutes)}
    walls = {(wall.hour * 60 + wall.minute) for wall in (local(at, own) for at in minutes)}
    mine, theirs = offsets(zone, year), offsets(own, year)
    seen |= {(wall - other + offset) % (24 * 60) for wall in walls for other in theirs for offset in mine}
    return Fields(minutes=tuple(sorted({at % 60 for at in seen})), hours=tuple(sorted({at // 60 for at in seen})))


def offsets(zone: str, year: int) -> set[int]:
    """A zone's distances from UTC within a year, minutes."""
    begin, end = of(year, 1), of(year + 1, 1)
    moments = [begin, *(at for at, _ in clock_changes(zone, begin, end))]
    return {round((local(at, zone).utcoffset() or timedelta()).total_seconds() / 60) for at in moments}


def merged(given: Timing) -> Timing:
    """One line for a clock that takes one; where it was several, each start asks."""
    if len(given.fields) == 1:
        return given
    minutes = tuple(sorted({minute for each in given.fields for minute in each.minutes}))
    hours = tuple(sorted({hour for each in given.fields for hour in each.hours}))
    return Timing(zone=given.zone, fields=(Fields(minutes=minutes, hours=hours),), seconds=given.seconds, exact=False)
