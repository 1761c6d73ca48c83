"""Windows around releases: what is forbidden in them, what the gate keeps out of them, and what a forbidden fill does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runner.machine.calendar import forbidden
from runner.model.bars import Bars
from runner.model.plan import EntryKind
from runner.model.rules import Code, Family, Forbidden, HouseAction, RuleBook, RuleRow, Severity, State
from tests.machine.build import OFF, START, Row, answers, bars, book, counter, fills, flat, plan, row, run, stream, trade

MINUTE = 60_000
RELEASE = 100 * MINUTE
ALL = sum(Forbidden)


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        pytest.param({}, True, id="at the release"),
        pytest.param({"time": RELEASE - 2 * MINUTE}, True, id="the first instant of the window"),
        pytest.param({"time": RELEASE - 2 * MINUTE - 1}, False, id="the last instant before it"),
        pytest.param({"time": RELEASE + 3 * MINUTE}, True, id="the last instant of the window"),
        pytest.param({"time": RELEASE + 3 * MINUTE + 1}, False, id="the first instant after it"),
        pytest.param({"action": Forbidden.OPEN}, False, id="an action that is free"),
        pytest.param({"s": 0}, False, id="a symbol that is not concerned"),
    ],
)
def test_forbidden(changed: dict[str, int], answer: bool) -> None:
    """Stops may not fill on symbol 1 from two minutes before to three minutes after."""
    plain = {"forbids": Forbidden.STOP_FILL | Forbidden.CLOSE, "members": 0b110, "s": 1, "action": Forbidden.STOP_FILL, "time": RELEASE}
    given = {
        name: int(value)
        for name, value in {**plain, "release": RELEASE, "before_ms": 2 * MINUTE, "after_ms": 3 * MINUTE, **changed}.items()
    }
    assert forbidden(**given) == answer


def news(*minutes: float, more: Sequence[RuleRow] = (), **fields: Any) -> RuleBook:
    """Releases at these minutes, windows of two minutes on both sides, everything forbidden."""
    plain = {
        "duration_ms": 2 * MINUTE,
        "grace_ms": 2 * MINUTE,
        "members": 0b11,
        "forbids": ALL,
        "action": HouseAction.FLATTEN,
        "calendar": 0,
    }
    rule = row(Family.CALENDAR, Code.NEWS, **{**plain, **fields})
    return replace(book(rule, *more), calendars=(np.array([START + int(m * MINUTE) for m in minutes], np.int64),))


def in_minutes(rows: Sequence[Row], size: int = 1, **more: Any) -> Bars:
    """Bars of `size` minutes."""
    return bars(rows, timeframe_ms=size * MINUTE, **more)


def at(minute: float, side: int = 1, **fields: Any) -> Any:
    """A plan that acts from this minute on."""
    return plan(0, side, **{"time": START + int(minute * MINUTE), **fields})


def minutes(times: Any) -> list[float]:
    """Instants as minutes since the first bar, places inside a bar cut off."""
    return [float((int(t) - START) // 1000 * 1000 / MINUTE) for t in times]


def verdict(outcome: Any) -> tuple[str, str, float, int]:
    """The first phase's (state, code, minute it ended, ambiguous)."""
    first = outcome.phases[0]
    return State(int(first["state"])).name, Code(int(first["code"])).name, minutes(outcome.phases["ended"])[0], int(first["ambiguous"])


RISING: list[Row] = [(100 + n, 101 + n, 100 + n, 101 + n) for n in range(30)]
OPENINGS: dict[str, Any] = {"forbids": Forbidden.OPEN | Forbidden.PENDING_ACTIVATION, "action": HouseAction.BLOCK}


@pytest.mark.parametrize(
    ("minute", "fields", "answer"),
    [
        pytest.param(6, {}, "APPROVED", id="a bar that ends before the window"),
        pytest.param(7, {}, "REFUSED", id="a bar that ends where the window begins, when nothing may be held"),
        pytest.param(7, OPENINGS, "APPROVED", id="the same where it may be held"),
        pytest.param(8, OPENINGS, "REFUSED", id="the first minute of the window"),
        pytest.param(10, OPENINGS, "REFUSED", id="at the release"),
        pytest.param(12, OPENINGS, "REFUSED", id="the last minute of the window"),
        pytest.param(13, OPENINGS, "APPROVED", id="the minute after"),
        pytest.param(13, {}, "APPROVED", id="the minute after, when nothing may be held"),
        pytest.param(10, {**OPENINGS, "members": 0b10}, "APPROVED", id="another symbol's release"),
        pytest.param(10, {**OPENINGS, "forbids": Forbidden.PENDING_ACTIVATION}, "APPROVED", id="only orders that wait are kept out"),
        pytest.param(10, {**OPENINGS, "calendar": -1}, "APPROVED", id="no release is known"),
    ],
)
def test_entries_at_the_market(minute: int, fields: dict[str, Any], answer: str) -> None:
    """A release at minute 10 in bars of a minute; the window is 8 to 12, both edges included."""
    outcome = trade(in_minutes(RISING), at(minute), rules=news(10, **fields))
    assert answers(outcome) == [(answer, "NEWS" if answer == "REFUSED" else "SIZING")]


@pytest.mark.parametrize(
    ("minute", "value", "limit"),
    [pytest.param(9, 1, 2, id="before the release"), pytest.param(10, 0, 2, id="at it"), pytest.param(11, -1, 3, id="after it")],
)
def test_a_refusal_says_how_far_the_release_is(minute: int, value: float, limit: float) -> None:
    """Milliseconds until it (negative after it), and the length of the window on that side."""
    outcome = trade(in_minutes(RISING), at(minute), rules=news(10, grace_ms=3 * MINUTE))
    assert (outcome.decisions["value"][0], outcome.decisions["limit"][0]) == (value * MINUTE, limit * MINUTE)
    assert (int(outcome.decisions["rule"][0]), int(outcome.rule_states["count"][0])) == (0, 1)


@pytest.mark.parametrize(
    ("touched", "fields", "filled"),
    [
        pytest.param(6, {}, True, id="before the bar that ends where the window begins"),
        pytest.param(7, {}, False, id="in that bar, when nothing may be held"),
        pytest.param(7, OPENINGS, True, id="in that bar, where it may be held"),
        pytest.param(8, OPENINGS, False, id="in the first minute of the window"),
        pytest.param(8, {**OPENINGS, "forbids": Forbidden.OPEN}, True, id="only orders at the market are kept out"),
    ],
)
def test_waiting_entries_are_withdrawn(touched: int, fields: dict[str, Any], *, filled: bool) -> None:
    """A limit at 95 that waits from minute 1 on; the market touches it in one minute only."""
    rows = flat(20)
    rows[touched] = (100, 100, 95, 100)
    outcome = trade(in_minutes(rows), at(1, entry_kind=EntryKind.LIMIT, entry_price=95), rules=news(10, **fields))
    assert answers(outcome)[0][0] == ("APPROVED" if filled else "CANCELLED")


def test_a_waiting_entry_is_not_placed_into_a_window() -> None:
    """Its bar from 5 to 10 reaches into the window from 8 on; nor does it come back after it."""
    rows: list[Row] = [*flat(1), (100, 100, 95, 100), *flat(4, 95)]
    limit = at(5, entry_kind=EntryKind.LIMIT, entry_price=95)
    assert answers(trade(in_minutes(rows, 5), limit, rules=news(10, **OPENINGS))) == [("REFUSED", "NEWS")]


def test_an_add_step_is_withdrawn_too() -> None:
    """The position may be held, what would enlarge it may not wait through the window."""
    rows = flat(20)
    rows[9] = (100, 100, 95, 100)
    outcome = trade(in_minutes(rows), at(1, stop=90.0, adds=[(95, 1.0)]), rules=news(10, **OPENINGS))
    assert [name for name, _, _ in fills(outcome)] == ["ENTRY"]


def test_positions_leave_before_the_window() -> None:
    """At the open of minute 7: minute 8 belongs to the window."""
    outcome = trade(in_minutes(RISING), at(1), rules=news(10))
    assert fills(outcome)[1:] == [("NEWS", -1, 107)]
    assert minutes(outcome.fills["time"]) == [1, 7]


def test_positions_leave_before_the_bar_that_reaches_into_it() -> None:
    """In bars of five minutes the last one that ends before minute 8 ends at 5."""
    outcome = trade(in_minutes(RISING, 5), at(0), rules=news(13))
    assert minutes(outcome.fills["time"]) == [0, 10]


def test_positions_of_other_symbols_are_held() -> None:
    """The second symbol only is concerned."""
    streams = [stream(in_minutes(flat(20)), [at(1)]), stream(in_minutes(flat(20), symbol="BBB"), [at(1)])]
    outcome = run(*streams, rules=news(10, members=0b10))
    assert [int(f["symbol"]) for f in outcome.fills[2:]] == [1]


def test_positions_may_be_held_where_the_rule_says_so() -> None:
    """Nothing closes it."""
    assert [name for name, _, _ in fills(trade(in_minutes(RISING), at(1), rules=news(10, **OPENINGS)))] == ["ENTRY"]


def test_a_window_while_the_market_is_shut_is_left_before_it() -> None:
    """The market shuts at minute 5 at 105 and opens again at 12, inside the window."""
    shut = in_minutes([*RISING[:5], *flat(5, 90)], times=[*range(5), 12, 13, 14, 15, 16])
    outcome = trade(shut, at(1), rules=news(12))
    assert (fills(outcome)[1:], minutes(outcome.fills["time"])) == ([("NEWS", -1, 105)], [1, 5])


def test_windows_that_run_into_each_other_are_one() -> None:
    """Releases at 10 and 13: from 8 to 15 nothing is taken."""
    outcome = trade(in_minutes(RISING), *[at(minute) for minute in range(7, 18)], rules=news(10, 13, **OPENINGS))
    refused = [answer == "REFUSED" for answer, code in answers(outcome) if code != "POSITION_OPEN"]
    assert minutes(outcome.fills["time"]) == [7]
    assert [code for _, code in answers(outcome)] == ["SIZING", *["NEWS"] * 8, "POSITION_OPEN", "POSITION_OPEN"]
    assert refused.count(True) == 8


@pytest.mark.parametrize(
    ("minute", "judged"),
    [
        pytest.param(7, False, id="the minute before the window"),
        pytest.param(8, True, id="its first minute"),
        pytest.param(12, True, id="its last minute"),
        pytest.param(13, False, id="the minute after it"),
    ],
)
def test_with_the_gate_off_an_entry_in_the_window_breaks_the_rule(minute: int, *, judged: bool) -> None:
    """At that very minute; a fill at an open has an exact time."""
    outcome = trade(in_minutes(flat(20)), at(minute), rules=news(10), gate=OFF)
    assert verdict(outcome) == (("FAILED", "NEWS", minute, 0) if judged else ("ACTIVE", "NONE", 20, 0))


TARGET: dict[str, Any] = {"targets": [(105, 1.0)]}
STOP: dict[str, Any] = {"stop": 95.0}
UP: Row = (100, 105, 100, 105)
DOWN: Row = (100, 100, 95, 95)


@pytest.mark.parametrize(
    ("bar", "exits", "forbids", "judged"),
    [
        pytest.param(UP, TARGET, ALL, True, id="a target"),
        pytest.param(UP, TARGET, Forbidden.STOP_FILL, False, id="a target where only stops are forbidden"),
        pytest.param(DOWN, STOP, ALL, True, id="a stop"),
        pytest.param(DOWN, STOP, Forbidden.TAKE_PROFIT_FILL, False, id="a stop where only targets are forbidden"),
        pytest.param(DOWN, {"time_stop_ms": 9 * MINUTE}, Forbidden.CLOSE, True, id="a close"),
        pytest.param(DOWN, {"time_stop_ms": 9 * MINUTE}, Forbidden.STOP_FILL, False, id="a close where only stops are forbidden"),
    ],
)
def test_with_the_gate_off_an_exit_in_the_window_breaks_the_rule(bar: Row, exits: dict[str, Any], forbids: int, *, judged: bool) -> None:
    """A position from minute 1 leaves in minute 9, or at the open of minute 10."""
    rows = flat(20)
    rows[9] = bar
    outcome = trade(in_minutes(rows), at(1, **exits), rules=news(10, forbids=forbids), gate=OFF)
    assert len(outcome.trades) == 1
    assert verdict(outcome)[:2] == (("FAILED", "NEWS") if judged else ("ACTIVE", "NONE"))


@pytest.mark.parametrize(
    ("size", "release", "expected"),
    [
        pytest.param(4, 10, ("FAILED", "NEWS", 12, 0), id="the window covers the whole bar"),
        pytest.param(4, 11, ("FAILED", "NEWS", 12, 1), id="the window begins inside the bar"),
        pytest.param(4, 9, ("FAILED", "NEWS", 12, 1), id="the window ends inside the bar"),
        pytest.param(4, 6, ("FAILED", "NEWS", 12, 1), id="the window ends as the bar begins"),
        pytest.param(4, 14, ("ACTIVE", "NONE", 20, 0), id="the window begins as the bar ends"),
        pytest.param(4, 5.99, ("ACTIVE", "NONE", 20, 0), id="the window is over"),
    ],
)
def test_a_fill_inside_a_bar_is_certain_only_where_the_window_covers_it(size: int, release: float, expected: tuple[Any, ...]) -> None:
    """A stop in the bar from minute 8 to 12; a window of two minutes on both sides."""
    rows: list[Row] = [*flat(2), DOWN, *flat(2, 95)]
    outcome = trade(in_minutes(rows, size), at(0, **STOP), rules=news(release), gate=OFF)
    assert verdict(outcome) == expected


def test_a_certain_breach_goes_before_a_doubt() -> None:
    """One symbol's stop may have come in the window, the other's came in it."""
    rows: list[Row] = [*flat(2), DOWN, *flat(2, 95)]
    streams = [stream(in_minutes(rows, 4), [at(0, **STOP)]), stream(in_minutes(rows, 4, symbol="BBB"), [at(0, **STOP)])]
    doubt, certain = news(11, members=0b01), news(10, members=0b10)
    rules = replace(doubt, rows=(*doubt.rows, replace(certain.rows[0], calendar=1)), calendars=(*doubt.calendars, *certain.calendars))
    outcome = run(*streams, rules=rules, gate=OFF)
    assert (verdict(outcome), int(outcome.phases["rule"][0])) == (("FAILED", "NEWS", 12, 0), 1)


def test_a_warning_is_counted() -> None:
    """Entry and target in the window, the account goes on."""
    rows = flat(20)
    rows[9] = UP
    outcome = trade(in_minutes(rows), at(9, **TARGET), rules=news(10, severity=Severity.WARN), gate=OFF)
    assert (verdict(outcome)[0], int(outcome.rule_states["count"][0]), outcome.balance) == ("ACTIVE", 2, 10_005)


@pytest.mark.parametrize(
    ("bar", "credit"),
    [pytest.param(UP, 0, id="a profit does not count"), pytest.param(DOWN, -5, id="a loss does")],
)
def test_profit_made_in_the_window_is_void(bar: Row, credit: float) -> None:
    """Ten would pass; five of them were made in the window."""
    target = counter(Code.PROFIT_TARGET, limit=0.0005)
    rows = flat(20)
    rows[9] = bar
    outcome = trade(in_minutes(rows), at(1, **TARGET, **STOP), rules=news(10, severity=Severity.ADJUST, more=[target]), gate=OFF)
    assert verdict(outcome)[0] == "ACTIVE"
    assert outcome.phases["credited"][0] == credit


def test_a_profit_outside_the_window_counts() -> None:
    """The same five a minute before pass."""
    target = counter(Code.PROFIT_TARGET, limit=0.0005)
    rows = flat(20)
    rows[7] = UP
    outcome = trade(in_minutes(rows), at(1, **TARGET), rules=news(10, severity=Severity.ADJUST, more=[target]), gate=OFF)
    assert verdict(outcome)[0] == "PASSED"


@pytest.mark.parametrize(
    ("minute", "value", "headroom"),
    [pytest.param(5, 5, 3, id="before the release"), pytest.param(14, 4, 2, id="after it")],
)
def test_the_closest_approach_is_a_time(minute: int, value: float, headroom: float) -> None:
    """How far the nearest fill stayed from the release, and from the window."""
    state = trade(in_minutes(flat(20)), at(minute), rules=news(10), gate=OFF).rule_states[0]
    assert (state["worst_value"], state["worst_headroom"]) == (value * MINUTE, headroom * MINUTE)


def test_a_rule_stands_in_its_own_phase() -> None:
    """The second phase has the rule; in the first the same entry is free."""
    both = news(10, **OPENINGS)
    for phase, answer in ((0, "REFUSED"), (1, "APPROVED")):
        rules = replace(both, rows=(replace(both.rows[0], phase=phase),), phases=book(following=(1, -1)).phases)
        assert answers(trade(in_minutes(flat(20)), at(10), rules=rules))[0][0] == answer
