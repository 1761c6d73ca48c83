"""What will go wrong with runs whose YAML is right: they overlap, miss a bar's close, or a clock change skips, shifts or doubles them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import combinations, islice
from typing import Any, cast

import numpy as np
from cronsim import CronSim
from numpy.typing import NDArray

from runner.model.duration import DAY_MS, milliseconds
from runner.model.run import TICKS, TRADING
from runner.schedule.runs import Due
from runner.schedule.when import AfterReset, BarClose, Cron, When, clock_changes, local, times
from runner.schedule.words import lasting

WEEKS = 8
SPAN_MS = WEEKS * 7 * DAY_MS  # in which overlaps and missed closes are counted
WEEK_MS = 7 * DAY_MS
AHEAD_MS = 400 * DAY_MS  # both clock changes of a year lie in it
MINUTE_MS = 60_000
MOST = 100_000  # instants that are looked at of one run
Instants = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Trades:
    """A due run that trades. timeframes: of its strategies. latest_ms: a bar that closed longer ago is not decided on any more."""

    due: Due
    timeframes: tuple[str, ...]
    latest_ms: int


@dataclass(frozen=True, kw_only=True)
class Warned:
    """A warning: of which kind (overlap, missed, clock), of which runs, the first instant it is about, and in words."""

    kind: str
    runs: tuple[str, ...]
    at_ms: int
    text: str


def warned(dues: Sequence[Due], trades: Sequence[Trades], begin_ms: int) -> list[Warned]:
    """Everything that will go wrong from then on with the runs of one account."""
    return [
        *overlaps([due for due in dues if due.run.job in TRADING], begin_ms),
        *(found for each in trades for found in missed(each, begin_ms)),
        *(found for due in dues for found in changed(due, begin_ms)),
        *(found for each in trades for found in moved(each, begin_ms)),
    ]


def instants(when: When, begin_ms: int, end_ms: int) -> Instants:
    """Every instant in (begin, end], UTC ms; those of bars are counted at once, equal schedules of many accounts once."""
    if isinstance(when, BarClose):
        return np.arange(when.after(begin_ms), end_ms + 1, when.every_ms, dtype=np.int64)
    return _walked(cast("Any", when), begin_ms, end_ms)


@lru_cache(maxsize=256)
def _walked(when: Any, begin_ms: int, end_ms: int) -> Instants:
    return np.fromiter(islice(times(when, begin_ms, end_ms), MOST), np.int64)


def overlaps(dues: Sequence[Due], begin_ms: int) -> Iterator[Warned]:
    """Runs that trade one account at the same time: the later one does nothing."""
    for one, other in combinations(dues, 2):
        lasting_ones = [due for due in (one, other) if due.run.lasts]
        if lasting_ones:
            stays, waits = (one, other) if one is lasting_ones[0] else (other, one)
            what = "does not start" if waits.run.lasts else "do nothing"
            whose = waits.name if waits.run.lasts else f"the ticks of {waits.name}"
            text = f"{stays.name} runs until stopped and holds the account: {whose} {what}, status 7; trade both as one portfolio"
            yield Warned(kind="overlap", runs=(one.name, other.name), at_ms=begin_ms, text=text)
            continue
        same = together(instants(one.when, begin_ms, begin_ms + SPAN_MS), instants(other.when, begin_ms, begin_ms + SPAN_MS))
        if same.size:
            often = f"{same.size} times in {WEEKS} weeks" if same.size > 1 else f"once in {WEEKS} weeks"
            text = (
                f"{one.name} and {other.name} tick within the same minute, first {utc(int(same[0]))}, {often}: "
                "the second does nothing, status 7; trade both as one portfolio"
            )
            yield Warned(kind="overlap", runs=(one.name, other.name), at_ms=int(same[0]), text=text)


def together(one: Instants, other: Instants) -> Instants:
    """Those of the first that have one of the other less than a minute away."""
    if not one.size or not other.size:
        return one[:0]
    place = np.searchsorted(other, one)
    after = np.abs(other[np.minimum(place, other.size - 1)] - one)
    before = np.abs(one - other[np.maximum(place - 1, 0)])
    near: Instants = one[np.minimum(after, before) < MINUTE_MS]
    return near


def missed(trade: Trades, begin_ms: int) -> Iterator[Warned]:
    """Closes of the bars a strategy is decided on that no tick comes after in time."""
    if trade.due.run.job not in TICKS:
        return
    for timeframe in trade.timeframes:
        closes, unmet = unserved(trade, timeframe, begin_ms, begin_ms + SPAN_MS)
        if not unmet.size:
            continue
        first = int(unmet[0])
        text = (
            f"{trade.due.name} misses {unmet.size} of {closes.size} closes of its {timeframe} bars in {WEEKS} weeks, first {utc(first)}: "
            f"no tick within {lasting(trade.latest_ms)} after it{early(trade, first)}; every: {timeframe}, offset: 5s meets each"
        )
        yield Warned(kind="missed", runs=(trade.due.name,), at_ms=first, text=text)


def unserved(trade: Trades, timeframe: str, begin_ms: int, end_ms: int) -> tuple[Instants, Instants]:
    """Closes in (begin, end], and those of them without a tick in time."""
    closes = instants(BarClose(every_ms=milliseconds(timeframe)), begin_ms, end_ms)
    ticks = instants(trade.due.when, begin_ms, end_ms + trade.latest_ms)
    if not ticks.size:
        return closes, closes
    place = np.searchsorted(ticks, closes)
    late = np.where(place < ticks.size, ticks[np.minimum(place, ticks.size - 1)] - closes, AHEAD_MS)
    return closes, closes[late > trade.latest_ms]


def early(trade: Trades, close_ms: int) -> str:
    """`, it ticks 1 min before`, where a tick comes just too soon."""
    ticks = instants(trade.due.when, close_ms - trade.latest_ms - 1, close_ms - 1)
    return f" (it ticks {lasting(close_ms - int(ticks[-1]))} too soon)" if ticks.size else ""


def changed(due: Due, begin_ms: int) -> Iterator[Warned]:
    """Clock changes of its zone that leave a run out, move it, or make it twice."""
    expression, zone, follows = walled(due.when)
    if not expression:
        return
    for at_ms, ahead in clock_changes(zone, begin_ms, begin_ms + AHEAD_MS):
        new = local(at_ms, zone).replace(tzinfo=None)
        old = new - ahead
        walls = list(shown(expression, min(old, new), max(old, new)))
        done = "forward" if ahead > timedelta() else "back"
        if not walls or (done == "back" and not follows):
            continue
        what = "moves it to " + f"{new:%H:%M}" if not follows else "skips it" if done == "forward" else "makes it twice"
        first = f"{walls[0]:%H:%M}" + (f" and {len(walls) - 1} more" if len(walls) > 1 else "")
        text = f"{due.name}: on {new:%Y-%m-%d} the clocks of {zone} go {done} from {old:%H:%M} to {new:%H:%M}, which {what} ({first} local)"
        yield Warned(kind="clock", runs=(due.name,), at_ms=at_ms, text=text)


def walled(when: When) -> tuple[str, str, bool]:
    """(expression, zone, whether it follows the wall) of what a clock on a wall decides; '' of anything else."""
    if isinstance(when, Cron):
        return when.expression, when.zone, when.follows_the_wall
    if isinstance(when, AfterReset):
        hour, minute = when.at.split(":")[:2]
        return f"{int(minute)} {int(hour)} * * *", when.zone, False
    return "", "", False


def shown(expression: str, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Times on a wall in [begin, end) that an expression names."""
    for each in CronSim(expression, (begin - timedelta(minutes=1)).replace(tzinfo=UTC)):
        if each.replace(tzinfo=None) >= end:
            return
        yield each.replace(tzinfo=None)


def moved(trade: Trades, begin_ms: int) -> Iterator[Warned]:
    """Clock changes after which ticks that met every close miss some: bars are counted in UTC, the ticks follow a zone."""
    when = trade.due.when
    if trade.due.run.job not in TICKS or not isinstance(when, Cron):
        return
    for at_ms, ahead in clock_changes(when.zone, begin_ms, begin_ms + AHEAD_MS):
        for timeframe in trade.timeframes:
            _, before = unserved(trade, timeframe, at_ms - WEEK_MS, at_ms - DAY_MS)
            closes, after = unserved(trade, timeframe, at_ms, at_ms + WEEK_MS)
            if not before.size and after.size:
                earlier = "earlier" if ahead > timedelta() else "later"
                text = (
                    f"{trade.due.name}: from {local(at_ms, when.zone):%Y-%m-%d} its ticks come {lasting(_ms(ahead))} {earlier} by UTC as "
                    f"the clocks of {when.zone} change; they miss {after.size} of {closes.size} closes of its {timeframe} bars in a week, "
                    f"first {utc(int(after[0]))}; zone: UTC keeps them"
                )
                yield Warned(kind="clock", runs=(trade.due.name,), at_ms=at_ms, text=text)


def _ms(span: timedelta) -> int:
    return round(abs(span.total_seconds()) * 1000)


def utc(time_ms: int) -> str:
    """`2026-12-01 04:00 UTC`."""
    return f"{local(time_ms, 'UTC'):%Y-%m-%d %H:%M} UTC"
