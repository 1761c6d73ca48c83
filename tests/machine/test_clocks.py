"""Days that end by the clock on a wall: changes of summer time, the weeks between two changes, leap days, weeks, times that are skipped.

A hundred units are held from 100; at 103 the day's start lifts a floor that hangs 500 below it from 9,500 to 9,800.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from runner.model.rules import Anchor, Code, Reset, State
from tests.machine.build import OFF, Row, bars, book, flat, floor, plan, trade

QUARTER = 15 * 60_000
BEFORE = 12  # bars from the first open to the reset

PRAGUE = Reset(at="00:00", zone="Europe/Prague")
NEW_YORK = Reset(at="17:00", zone="America/New_York")
CHICAGO = Reset(at="17:00", zone="America/Chicago")
MIDNIGHT = Reset(at="00:00", zone="UTC")
WEEK = Reset(at="00:00", zone="Europe/Prague", weekdays=(0,))
FRIDAY = Reset(at="17:00", zone="America/New_York", weekdays=(4,))

CASES = [
    pytest.param(PRAGUE, "2024-03-30 23:00", id="Prague, the last night of winter time"),
    pytest.param(PRAGUE, "2024-03-31 22:00", id="Prague, the first night of summer time"),
    pytest.param(PRAGUE, "2024-10-26 22:00", id="Prague, the last night of summer time"),
    pytest.param(PRAGUE, "2024-10-27 23:00", id="Prague, the first night of winter time"),
    pytest.param(NEW_YORK, "2024-03-09 22:00", id="New York, the day before summer time"),
    pytest.param(NEW_YORK, "2024-03-10 21:00", id="New York, the day summer time begins"),
    pytest.param(NEW_YORK, "2024-11-02 21:00", id="New York, the day before winter time"),
    pytest.param(NEW_YORK, "2024-11-03 22:00", id="New York, the day winter time begins"),
    pytest.param(CHICAGO, "2024-03-09 23:00", id="Chicago, the day before summer time"),
    pytest.param(CHICAGO, "2024-03-10 22:00", id="Chicago, the day summer time begins"),
    pytest.param(CHICAGO, "2024-11-02 22:00", id="Chicago, the day before winter time"),
    pytest.param(CHICAGO, "2024-11-03 23:00", id="Chicago, the day winter time begins"),
    pytest.param(MIDNIGHT, "2024-02-29 00:00", id="the leap day begins"),
    pytest.param(MIDNIGHT, "2024-03-01 00:00", id="the leap day ends"),
    pytest.param(PRAGUE, "2024-02-28 23:00", id="the leap day begins in Prague"),
    pytest.param(NEW_YORK, "2024-02-29 22:00", id="the leap day's own reset in New York"),
    pytest.param(WEEK, "2024-03-24 23:00", id="a week begins in winter time"),
    pytest.param(WEEK, "2024-03-31 22:00", id="the week after the change begins an hour earlier"),
    pytest.param(WEEK, "2024-10-27 23:00", id="the week after the other change begins an hour later"),
    pytest.param(FRIDAY, "2024-03-08 22:00", id="a week ends in winter time"),
    pytest.param(FRIDAY, "2024-03-15 21:00", id="the week with the change ends an hour earlier"),
    pytest.param(Reset(at="02:30", zone="America/New_York"), "2024-03-10 07:30", id="a time that is skipped comes as much later"),
    pytest.param(Reset(at="02:30", zone="Europe/Prague"), "2024-03-31 01:30", id="skipped in Prague"),
    pytest.param(Reset(at="01:30", zone="America/New_York"), "2024-11-03 05:30", id="a time that comes twice counts the first time"),
    pytest.param(Reset(at="02:30", zone="Europe/Prague"), "2024-10-27 00:30", id="twice in Prague"),
]


def utc(text: str) -> int:
    """UTC milliseconds of '2024-03-30 23:00'."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def lived(instant: str, *clocks: Reset, bar: int = -1, low: float = 103.0, size: int = 1) -> Any:
    """Six hours around an instant, at 103 from the second hour on; in bar `bar` (0 begins at the instant) the market falls to `low`."""
    rows: list[Row] = [*flat(4), (100, 103, 100, 103), *flat(BEFORE * 2 - 5, 103)]
    rows[BEFORE + bar] = (103, 103, low, 103)
    start = utc(instant) - BEFORE * QUARTER * size
    series = bars(rows, start=start, timeframe_ms=QUARTER * size)
    floors = [floor(Code.DAILY_LOSS, anchor=Anchor.DAY_START_EQUITY, amount=500.0, clock=n) for n in range(len(clocks))]
    return trade(series, plan(0, time=start, sizing_value=100.0), rules=book(*floors, clocks=clocks), gate=OFF)


def floors_around(outcome: Any, instant: str, which: int = 0) -> tuple[set[float], set[float]]:
    """The floors up to an instant, and after it."""
    rows = outcome.equity
    early = rows["time"] <= utc(instant)
    return set(rows["floor"][early, which].tolist()), set(rows["floor"][~early, which].tolist())


@pytest.mark.parametrize(("clock", "instant"), CASES)
def test_the_day_ends_at_this_instant(clock: Reset, instant: str) -> None:
    """The floor stands at 9,500 up to it and at 9,800 from then on."""
    assert floors_around(lived(instant, clock), instant) == ({9_500.0}, {9_800.0})


@pytest.mark.parametrize(
    ("bar", "low", "failed"),
    [
        pytest.param(-1, 95.01, False, id="the last bar before, a tick above the old floor"),
        pytest.param(-1, 95.00, True, id="the last bar before, at the old floor"),
        pytest.param(0, 98.01, False, id="the first bar after, a tick above the new floor"),
        pytest.param(0, 98.00, True, id="the first bar after, at the new floor"),
    ],
)
@pytest.mark.parametrize(("clock", "instant"), CASES)
def test_each_side_has_its_own_floor(clock: Reset, instant: str, bar: int, low: float, *, failed: bool) -> None:
    """The last instant before the reset and the first one after it."""
    outcome = lived(instant, clock, bar=bar, low=low)
    assert (State(int(outcome.phases["state"][0])) is State.FAILED) == failed
    assert not outcome.ambiguous_failed


@pytest.mark.parametrize(
    ("new_york", "prague"),
    [
        pytest.param("2024-03-08 22:00", "2024-03-08 23:00", id="both in winter time: an hour between them"),
        pytest.param("2024-03-20 21:00", "2024-03-20 23:00", id="America is ahead in spring: two hours"),
        pytest.param("2024-04-02 21:00", "2024-04-02 22:00", id="both in summer time"),
        pytest.param("2024-10-30 21:00", "2024-10-30 23:00", id="Europe is ahead in autumn: two hours"),
        pytest.param("2024-11-05 22:00", "2024-11-05 23:00", id="both in winter time again"),
    ],
)
def test_two_clocks_in_the_weeks_between_the_changes(new_york: str, prague: str) -> None:
    """Each floor is lifted by its own clock."""
    outcome = lived(new_york, NEW_YORK, PRAGUE)
    assert floors_around(outcome, new_york, 0) == ({9_500.0}, {9_800.0})
    assert floors_around(outcome, prague, 1) == ({9_500.0}, {9_800.0})


@pytest.mark.parametrize(
    ("opened", "inside"),
    [
        pytest.param("2024-03-08 20:00", True, id="winter: 22:00 lies in the bar from 20:00"),
        pytest.param("2024-03-11 20:00", True, id="summer: so does 21:00"),
        pytest.param("2024-03-08 18:00", False, id="bars that begin at 22:00 in winter"),
        pytest.param("2024-03-11 17:00", False, id="bars that begin at 21:00 in summer"),
    ],
)
def test_a_reset_inside_a_bar_of_four_hours(opened: str, *, inside: bool) -> None:
    """The bar with the reset, or before it, goes up to 104 and down to 98.5: inside it the day may have started at 10,400."""
    rows: list[Row] = [*flat(2), (100, 104, 98.5, 100), *flat(3)]
    start = utc(opened) - 2 * 16 * QUARTER
    series = bars(rows, start=start, timeframe_ms=16 * QUARTER)
    rule = floor(Code.DAILY_LOSS, anchor=Anchor.DAY_START_EQUITY, amount=500.0)
    outcome = trade(series, plan(0, time=start, sizing_value=100.0), rules=book(rule, clocks=(NEW_YORK,)), gate=OFF)
    assert (State(int(outcome.phases["state"][0])) is State.FAILED) == inside
    assert outcome.ambiguous_failed == inside


@pytest.mark.parametrize(
    ("anchor", "close", "ambiguous"),
    [
        pytest.param(Anchor.DAY_START_EQUITY, 98.9, 1, id="below a floor hung from the bar's high, not below one hung from its low"),
        pytest.param(Anchor.MAX_DAY_START, 96.0, 1, id="the same where the balance holds the floor up"),
        pytest.param(Anchor.MAX_DAY_START, 95.0, 0, id="at the floor that hangs from the balance, whatever equity was"),
        pytest.param(Anchor.DAY_START_BALANCE, 95.0, 0, id="nothing was closed: the balance at the reset is known"),
        pytest.param(Anchor.EOD_EQUITY_HIGH, 98.9, 1, id="an end of day at the bar's high"),
        pytest.param(Anchor.EOD_EQUITY_HIGH, 95.0, 0, id="at the floor that hangs from the first day"),
    ],
)
def test_a_close_below_a_floor_that_a_reset_inside_the_bar_may_have_lifted(anchor: Anchor, close: float, ambiguous: int) -> None:
    """The bar with the reset goes up to 104: the floor that is 500 lower stands at 9,900 if the reset came there."""
    rows: list[Row] = [*flat(2), (100, 104, close, close), *flat(3, close)]
    start = utc("2024-03-08 20:00") - 2 * 16 * QUARTER
    rule = floor(Code.DAILY_LOSS, anchor=anchor, amount=500.0)
    series = bars(rows, start=start, timeframe_ms=16 * QUARTER)
    outcome = trade(series, plan(0, time=start, sizing_value=100.0), rules=book(rule, clocks=(NEW_YORK,)), gate=OFF)
    first = outcome.phases[0]
    assert (State(int(first["state"])), int(first["ambiguous"])) == (State.FAILED, ambiguous)
