"""What closes ask for and opens jump over, in the order that docs/exits.md gives: real blocks on bars written by hand, to the fill."""

from __future__ import annotations

import pytest

from blocks.exit.adverse_closes import AdverseCloses, Tier
from blocks.exit.back_through_zone import BackThroughZone
from blocks.exit.bars import Bars as TimeInBars
from blocks.exit.break_even import BreakEven
from blocks.exit.column_exit import ColumnExit
from blocks.exit.opposite_signal import OppositeSignal
from blocks.exit.percent_trail import PercentTrail
from blocks.exit.session_flat import SessionFlat
from blocks.exit.step_out import Step, StepOut
from blocks.exit.time_stop import TimeStop
from blocks.indicator.sma import Sma
from runner.model.block import Exit
from runner.model.plan import EntryKind, WhenOpen
from runner.model.terms import Clock
from tests.blocks.speaking import Only
from tests.machine.build import Row, answers, fills, flat, hours
from tests.pipeline.playing import STOP, Fill, Told, after, at_close, outcome, target

HELD = (100.0, 101.0, 100.0, 101.0)  # the bar of the entry; it closes at 101
OVER = TimeInBars(count=1, unless_target_hit=False)  # over at its close
LEAVE = at_close(100.5)
WRONG = BackThroughZone(multiple=0.0, length=1)  # a close below 99
SPENT = ColumnExit(indicator=Sma(length=1), long_below=99.0, when="beyond")
AT_THE_OPEN: dict[str, tuple[Row, Row, dict[str, Exit], list[Fill]]] = {
    "an exit that is due and a gap through the stop": (HELD, (90, 90, 90, 90), {"stop": STOP, "x": LEAVE}, [("EXIT_COLUMN", -1, 90)]),
    "a gap over a part and the stop: the stop, for all": (
        HELD,
        (90, 90, 90, 90),
        {"stop": STOP, "out": StepOut(steps={"half_way": Step(at=0.5, fraction=0.5)})},
        [("STOP", -1, 90)],
    ),
    "a gap over a part alone": (
        HELD,
        (96, 96, 95.5, 96),
        {"stop": STOP, "out": StepOut(steps={"half_way": Step(at=0.5, fraction=0.5)})},
        [("ADVERSE", -0.5, 96)],
    ),
    "an exit that is due and a gap over a part": (
        HELD,
        (96, 96, 96, 96),
        {"x": LEAVE, "out": StepOut(steps={"half_way": Step(at=0.025, fraction=0.5)}, unit="fraction")},
        [("EXIT_COLUMN", -1, 96)],
    ),
    "an exit that is due and a gap over the target": (
        HELD,
        (110, 110, 110, 110),
        {"stop": STOP, "targets": target(0.05, 0.5), "x": LEAVE},
        [("EXIT_COLUMN", -1, 110)],
    ),
    "a time stop and a gap through the stop": (HELD, (90, 90, 90, 90), {"stop": STOP, "time": OVER}, [("TIME_STOP", -1, 90)]),
    "a time stop and a gap over the target": (
        HELD,
        (110, 110, 110, 110),
        {"targets": target(0.05, 0.5), "time": OVER},
        [("TIME_STOP", -1, 110)],
    ),
    "invalidation and a gap through the stop": (
        (100, 100, 98, 98),
        (90, 90, 90, 90),
        {"stop": STOP, "zone": WRONG},
        [("INVALIDATION", -1, 90)],
    ),
    "a gap through stop and break-even alike fills once": (
        (100, 105, 100, 104),
        (90, 90, 90, 90),
        {"stop": STOP, "targets": target(0.05, 0.5), "break_even": BreakEven()},
        [("TARGET", -0.5, 105), ("BREAK_EVEN", -0.5, 90)],
    ),
    "time stop and exit column at one close: told as the column's": (HELD, HELD, {"time": OVER, "x": LEAVE}, [("EXIT_COLUMN", -1, 100)]),
    "time stop and invalidation at one close: told as the invalidation's": (
        (100, 100, 98, 98),
        HELD,
        {"time": OVER, "zone": WRONG},
        [("INVALIDATION", -1, 100)],
    ),
    "exit column and invalidation at one close: told as the invalidation's": (
        (100, 100, 98, 98),
        HELD,
        {"zone": WRONG, "x": SPENT},
        [("INVALIDATION", -1, 100)],
    ),
    "all three at one close": ((100, 100, 98, 98), HELD, {"x": SPENT, "zone": WRONG, "time": OVER}, [("INVALIDATION", -1, 100)]),
    "an exit column and a trail moved by the same close, which the open has jumped": (
        (100, 106, 100, 105),
        (103, 103, 103, 103),
        {"stop": STOP, "trail": PercentTrail(fraction=0.02, update="bar_close"), "x": LEAVE},
        [("EXIT_COLUMN", -1, 103)],
    ),
    "a time stop and a trail moved by the same close": (
        (100, 106, 100, 105),
        (103, 103, 103, 103),
        {"trail": PercentTrail(fraction=0.02, update="bar_close"), "time": OVER},
        [("TIME_STOP", -1, 103)],
    ),
    "a trail moved by a close acts from the next open on": (
        (100, 106, 100, 105),
        (103, 103, 103, 103),
        {"stop": STOP, "trail": PercentTrail(fraction=0.02, update="bar_close")},
        [("TRAIL", -1, 103)],
    ),
    "a stop inside the bar at whose close the time is over": (
        (100, 100, 94, 99),
        HELD,
        {"stop": STOP, "time": OVER},
        [("STOP", -1, 95)],
    ),
    "a stop inside the bar at whose close a column would leave": (
        (100, 102, 94, 102),
        HELD,
        {"stop": STOP, "x": LEAVE},
        [("STOP", -1, 95)],
    ),
    "a target inside the bar at whose close the time is over, for positions without one": (
        (100, 105, 100, 105),
        (105, 105, 105, 105),
        {"targets": target(0.05, 0.5), "time": TimeInBars(count=1)},
        [("TARGET", -0.5, 105)],
    ),
    "a target inside the bar at whose close the time is over, for every position": (
        (100, 105, 100, 105),
        (105, 105, 105, 105),
        {"targets": target(0.05, 0.5), "time": OVER},
        [("TARGET", -0.5, 105), ("TIME_STOP", -0.5, 105)],
    ),
    "break-even set in the bar and an exit at its close": (
        (100, 106, 100, 105),
        (99, 99, 99, 99),
        {"targets": target(0.05, 0.5), "break_even": BreakEven(), "x": LEAVE},
        [("TARGET", -0.5, 105), ("EXIT_COLUMN", -0.5, 99)],
    ),
    "two columns that mark the same close": (HELD, HELD, {"x": LEAVE, "y": at_close(100.7)}, [("EXIT_COLUMN", -1, 100)]),
    "a session's end and an opposite signal at one close": (
        HELD,
        HELD,
        {"flat": SessionFlat(flat_by=Clock(at="02:00", zone="UTC")), "opposite": OppositeSignal()},
        [("EXIT_COLUMN", -1, 100)],
    ),
}


AGAINST = AdverseCloses(tiers={"second": Tier(closes=2, fraction=0.5)})
WORSE: list[Row] = [(100, 100, 99, 99), (99, 99, 98, 98)]  # two closes against the position, at 99 and at 98
STEP_BY_STEP: dict[str, tuple[Row, dict[str, Exit], list[Fill]]] = {
    "a part that is due and a gap through the stop: the part, then the rest, by the defence, as the part has lost what all of it might": (
        (90, 90, 90, 90),
        {"stop": STOP, "against": AGAINST},
        [("ADVERSE_CLOSE", -0.5, 90), ("DEFENCE", -0.5, 90)],
    ),
    "a part that is due and a gap over the target: the part, then the target": (
        (110, 110, 110, 110),
        {"targets": target(0.05), "against": AGAINST},
        [("ADVERSE_CLOSE", -0.5, 110), ("TARGET", -0.5, 110)],
    ),
    "a part and a trail moved by the same close": (
        (93, 93, 93, 93),
        {"trail": PercentTrail(fraction=0.06, update="bar_close"), "against": AGAINST},
        [("ADVERSE_CLOSE", -0.5, 93), ("TRAIL", -0.5, 93)],
    ),
    "a part and a time stop at one close: all of it by the time stop": (
        (98, 98, 98, 98),
        {"time": TimeInBars(count=2), "against": AGAINST},
        [("TIME_STOP", -1, 98)],
    ),
    "a part and an exit column at one close: all of it by the column": (
        (98, 98, 98, 98),
        {"x": ColumnExit(indicator=Sma(length=1), long_below=98.5), "against": AGAINST},
        [("EXIT_COLUMN", -1, 98)],
    ),
    "a part and invalidation at one close: all of it by the invalidation": (
        (98, 98, 98, 98),
        {"zone": WRONG, "against": AGAINST},
        [("INVALIDATION", -1, 98)],
    ),
}


@pytest.mark.parametrize(("then", "exits", "found"), STEP_BY_STEP.values(), ids=STEP_BY_STEP)
def test_parts_that_closes_against_the_position_ask_for(then: Row, exits: dict[str, Exit], found: list[Fill]) -> None:
    """They leave at the next open, before stop and targets; an exit of the whole leaves nothing to part."""
    assert after([*WORSE, then], exits) == found


@pytest.mark.parametrize(("held", "then", "exits", "found"), AT_THE_OPEN.values(), ids=AT_THE_OPEN)
def test_what_a_close_asks_for_at_the_next_open(held: Row, then: Row, exits: dict[str, Exit], found: list[Fill]) -> None:
    """Everything a close asks for is filled at the next open, before whatever that open has jumped over."""
    assert after([held, then], exits) == found


def test_what_an_exit_leaves_open_is_gone_when_the_signal_of_that_close_enters() -> None:
    """An opposite signal closes first and opens the other side at the same price, whatever `when_open` says."""
    rows: list[Row] = [(100, 105, 100, 105), (105, 105, 105, 105)]
    for wish in WhenOpen:
        entry = Told(directions=[1, -1], plan={"when_open": int(wish)})
        assert after(rows, {"stop": STOP, "opposite": OppositeSignal()}, entry=entry) == [("EXIT_COLUMN", -1, 105), ("ENTRY", -1, 105)]


def test_without_it_a_plan_that_reverses_closes_by_itself() -> None:
    """The reason is its own."""
    entry = Told(directions=[1, -1], plan={"when_open": int(WhenOpen.REVERSE)})
    assert after([(100, 105, 100, 105), (105, 105, 105, 105)], {"stop": STOP}, entry=entry) == [("REVERSE", -1, 105), ("ENTRY", -1, 105)]


def test_an_opposite_signal_that_no_filter_lets_pass_closes_all_the_same() -> None:
    """And nothing is opened."""
    entry = Told(directions=[1, -1], when={"side": Only(direction=1)})
    rows: list[Row] = [(100, 105, 100, 105), (105, 105, 105, 105)]
    assert after(rows, {"stop": STOP, "opposite": OppositeSignal()}, entry=entry) == [("EXIT_COLUMN", -1, 105)]


def test_an_exit_at_the_close_of_the_signal_itself_closes_nothing() -> None:
    """There is no position yet, and at the close after it nothing is marked."""
    leave = ColumnExit(indicator=Sma(length=1), long_above=99.5, when="crosses")
    assert after([(100, 100, 100, 100)] * 3, {"x": leave}) == []


@pytest.mark.parametrize(
    ("at", "opening", "found"),
    [
        pytest.param("02:00", 95.0, [], id="withdrawn at the close, although the open would have filled it"),
        pytest.param("03:00", 95.0, [("ENTRY", 1.0, 95.0), ("EXIT_COLUMN", -1.0, 95.0)], id="filled before its time comes, then closed"),
    ],
)
def test_a_waiting_entry_is_withdrawn_before_the_open_could_fill_it(at: str, opening: float, found: list[Fill]) -> None:
    """A buy limit at 96 through the end of a session."""
    entry = Told(directions=[1], plan={"entry_kind": int(EntryKind.LIMIT), "entry_price": 96.0})
    rows: list[Row] = [*flat(2), (opening, opening, opening, opening), (opening, opening, opening, opening)]
    ended = outcome(rows, {"flat": SessionFlat(flat_by=Clock(at=at, zone="UTC"))}, entry=entry)
    assert fills(ended) == found
    assert answers(ended)[0][0] == ("APPROVED" if found else "EXPIRED")


def test_a_time_stop_sees_every_close_and_a_column_only_those_of_signal_bars() -> None:
    """Half-hourly bars under hourly ones: half an hour after the fill, and an hour after it."""
    rows, detail = [*flat(1), HELD, HELD], [*flat(2), *[HELD] * 4]
    cases: list[tuple[Exit, str, float]] = [(TimeStop(after="30m"), "TIME_STOP", 1.5), (LEAVE, "EXIT_COLUMN", 2.0)]
    for block, reason, hour in cases:
        ended = outcome(rows, {"it": block}, detail=detail)
        assert fills(ended)[1][0] == reason
        assert hours(ended.fills["time"])[1] == hour
