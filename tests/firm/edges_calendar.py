"""Times of the calendar to the millisecond: windows around releases, times by which everything is closed, breaks of the market."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from runner.machine.observer import Observer
from runner.model.duration import DAY_MS
from runner.model.records import Outcome, Reason
from runner.model.rules import Code, Forbidden, HouseAction, RuleBook, Severity, State
from tests.firm.cases import HOUR, Case, Deal, Driver, Edge, dealt, every_reset, fate, in_winter, ruled
from tests.firm.numbers import SYMBOLS
from tests.machine.build import answers


def news(case: Case) -> Iterator[Edge]:
    """The window's first and last millisecond belong to it: what is seen, what is judged and what our gate keeps out."""
    yield from seen_around(case)
    for name, time, inside in moments(case):
        yield from judged_around(case, name, time, inside=inside)
    yield from gated_around(case)


def release(case: Case) -> int:
    """When the release is."""
    return in_winter(case.days) + 12 * HOUR


def moments(case: Case) -> Iterator[tuple[str, int, bool]]:
    """(where, instant, whether it lies in the window)."""
    at, before, after = release(case), case.said.duration_ms, case.said.grace_ms
    yield "a millisecond before the window", at - before - 1, False
    yield "its first millisecond", at - before, True
    yield "at the release", at, True
    yield "its last millisecond", at + after, True
    yield "a millisecond after it", at + after + 1, False


def with_release(case: Case) -> RuleBook:
    """The row, and a calendar of one release."""
    return replace(ruled(case, row=replace(case.row, calendar=0)), calendars=(np.array([release(case)], np.int64),))


def seen_around(case: Case) -> Iterator[Edge]:
    """Every action on the first symbol, and an opening on every other one."""
    looks = [(0, action) for action in Forbidden] + [(n, Forbidden.OPEN) for n in range(1, len(SYMBOLS))]
    for name, time, inside in moments(case):
        for n, action in looks:
            account = Observer(book=with_release(case), symbols=SYMBOLS, start_ms=release(case) - HOUR)
            standing = account.action(time, symbol=SYMBOLS[n], action=action)
            forbidden = inside and bool(case.said.forbids & action) and bool(case.said.members >> n & 1)
            found = (standing.forbidden >= 0, standing.state)
            ends = State.FAILED if forbidden and case.said.severity == Severity.FAIL else State.ACTIVE
            yield Edge(f"{action.name} of {SYMBOLS[n]} {name}", found, (forbidden, ends))


def judged_around(case: Case, name: str, time: int, *, inside: bool) -> Iterator[Edge]:
    """Without our gate a deal that opens or closes there ends the account, or its profit is void."""
    fails = inside and case.said.severity == Severity.FAIL
    void = inside and case.said.severity == Severity.ADJUST
    for what, deal in (("opened", Deal(time, release(case) + HOUR, 7.0)), ("closed", Deal(release(case) - HOUR, time, 7.0))):
        outcome = dealt(with_release(case), [deal])
        yield Edge(f"{what} {name}", fate(outcome), ("FAILED", "NEWS") if fails else ("ACTIVE", "NONE"))
        if not fails:
            yield Edge(f"profit of what was {what} {name}", float(outcome.phases[0]["credited"]), 0.0 if void else 7.0)


def gated_around(case: Case) -> Iterator[Edge]:
    """With our gate entries are kept out as long as the window lasts; where nothing may be filled, positions leave before it."""
    leaves = case.said.action == HouseAction.FLATTEN
    first, end = release(case) - case.said.duration_ms, release(case) + case.said.grace_ms
    near = [*range(first - 5, first + 3), *range(end - 2, end + 5)]
    kept_out = range(first - 1 if leaves else first, end + 1)
    for time in near[1:-2]:
        outcome = dealt(with_release(case), [Deal(time, near[-1] + HOUR, 0.0)], seen=[*near, near[-1] + 1], gate=None)
        expected = ("REFUSED", "NEWS") if time in kept_out else ("APPROVED", "SIZING")
        yield Edge(f"entry {time - release(case):+} ms from the release", answers(outcome)[0], expected)
    outcome = dealt(with_release(case), [Deal(first - 5, near[-1] + HOUR, 0.0)], seen=near, gate=None)
    yield Edge("held into the window", left(outcome), ("NEWS", first - 1) if leaves else ("TIME_STOP", near[-1] + HOUR))


def left(outcome: Outcome) -> tuple[str, int]:
    """Why and when the first position was closed."""
    trade = outcome.trades[0]
    return Reason(int(trade["reason"])).name, int(trade["closed"])


def session(case: Case) -> Iterator[Edge]:
    """A time by which everything is closed, or the longest break that may be held through."""
    if case.said.clock < 0:
        yield from breaks(case)
        return
    for name, flat in every_reset(case.days):
        for late in (-1, 0, 1):
            outcome = dealt(ruled(case), [Deal(flat - 10, flat + late, 0.0)], seen=[flat - 1, flat, flat + 1, flat + 2])
            yield Edge(f"closed {late:+} ms {name}", fate(outcome), ("FAILED", "SESSION_FLAT") if late > 0 else ("ACTIVE", "NONE"))
            if late > 0:
                yield Edge(f"judged {name}", int(outcome.phases[0]["ended"]), flat)
            outcome = dealt(ruled(case), [Deal(flat + late, flat + 10, 0.0)], seen=[flat - 10, flat - 1, flat, flat + 1])
            yield Edge(f"opened {late:+} ms {name}", fate(outcome), ("FAILED", "SESSION_FLAT") if late < 0 else ("ACTIVE", "NONE"))
            outcome = dealt(ruled(case), [Deal(flat + late, flat + 10, 0.0)], seen=[flat - 10, flat - 1, flat, flat + 1], gate=None)
            yield Edge(
                f"opened {late:+} ms with the gate {name}", left(outcome), ("SESSION_FLAT", flat) if late < 0 else ("TIME_STOP", flat + 10)
            )
        if case.days.weekdays:
            other = flat - DAY_MS
            outcome = dealt(ruled(case), [Deal(other - 10, other + 10, 0.0)], seen=[other - 1, other, other + 1])
            yield Edge(f"on the day before {name}", fate(outcome), ("ACTIVE", "NONE"))


def breaks(case: Case) -> Iterator[Edge]:
    """A break as long as the rule lets pass is held through; one a millisecond longer is left before it."""
    start = in_winter(case.days) + 20 * HOUR
    for late in (-1, 0, 1):
        opens = start + 1 + case.said.grace_ms + late
        deal = Deal(start, opens + 1, 0.0)
        outcome = dealt(ruled(case), [deal], seen=[opens])
        yield Edge(f"{late:+} ms", fate(outcome), ("FAILED", "SESSION_FLAT") if late > 0 else ("ACTIVE", "NONE"))
        outcome = dealt(ruled(case), [deal], seen=[opens], gate=None)
        yield Edge(f"{late:+} ms with the gate", left(outcome), ("SESSION_FLAT", start + 1) if late > 0 else ("TIME_STOP", opens + 1))


DRIVERS: dict[Code, Driver] = {Code.NEWS: news, Code.SESSION_FLAT: session}
