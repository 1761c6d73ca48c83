"""Floors: every anchor, the comparison at one unit, pauses, locks, resets inside bars, ambiguity, order within an instant."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runner.model.records import Outcome
from runner.model.rules import AmountOf, Anchor, Code, Compare, Measure, Reset, Sampling, Severity, State
from tests.machine.build import (
    FREE,
    HOUR,
    OFF,
    Row,
    answers,
    bars,
    book,
    counter,
    fills,
    flat,
    floor,
    funding,
    hours,
    plan,
    run,
    stream,
    trade,
)


def verdict(outcome: Outcome) -> tuple[str, float, float]:
    """State of the first phase, value and floor."""
    first = outcome.phases[0]
    return State(int(first["state"])).name, float(first["value"]), float(first["floor"])


def held(rows: list[Row], *rules: Any, **more: Any) -> Outcome:
    """A hundred units from the open of bar 1, without a gate."""
    return trade([*flat(1), *rows], plan(1, sizing_value=100.0), rules=book(*rules), gate=OFF, **more)


@pytest.mark.parametrize(
    ("compare", "low", "failed"),
    [
        pytest.param(Compare.LE, 95.01, False, id="LE a tick above"),
        pytest.param(Compare.LE, 95.0, True, id="LE at"),
        pytest.param(Compare.LE, 94.99, True, id="LE a tick below"),
        pytest.param(Compare.LT, 95.01, False, id="LT a tick above"),
        pytest.param(Compare.LT, 95.0, False, id="LT at"),
        pytest.param(Compare.LT, 94.99, True, id="LT a tick below"),
    ],
)
def test_touching_a_floor(compare: Compare, low: float, failed: bool) -> None:
    """Floor 9,500; one tick is one unit of money."""
    outcome = held([(100, 100, low, 99)], floor(amount_fraction=0.05, compare=compare))
    assert verdict(outcome)[0] == ("FAILED" if failed else "ACTIVE")
    if failed:
        assert verdict(outcome)[1:] == (100 * low + 0.0, 9_500)
        assert fills(outcome)[-1][0] == "PHASE_END"


ANCHORED: list[Row] = [*flat(21), (100, 103, 100, 102), (102, 102, 102, 102), (102, 104, 102, 103), (103, 105, 103, 104), *flat(1, 104)]


@pytest.mark.parametrize(
    ("anchor", "before", "after"),
    [
        (Anchor.INITIAL, 10_000, 10_000),
        (Anchor.DAY_START_BALANCE, 10_000, 10_200),
        (Anchor.DAY_START_EQUITY, 10_000, 10_300),
        (Anchor.MAX_DAY_START, 10_000, 10_300),
        (Anchor.DAY_PEAK_EQUITY, 10_400, 10_500),
        (Anchor.DAY_PEAK_BALANCE, 10_200, 10_200),
        (Anchor.EOD_BALANCE_HIGH, 10_000, 10_200),
        (Anchor.EOD_EQUITY_HIGH, 10_000, 10_300),
        (Anchor.CLOSED_BALANCE_HIGH, 10_200, 10_200),
        (Anchor.EQUITY_HIGH, 10_400, 10_500),
    ],
)
def test_where_each_anchor_hangs_its_floor(anchor: Anchor, before: float, after: float) -> None:
    """At the end of the first day and one bar into the second, 500 below the anchor.

    100 units: bought at 100, up to 103, sold at 102; bought at 102, up to 104, at 103 over midnight, up to 105.
    """
    plans = plan(21, sizing_value=100.0, time_stop_ms=HOUR), plan(23, sizing_value=100.0)
    outcome = trade(ANCHORED, *plans, rules=book(floor(anchor=anchor, amount=500.0)), gate=OFF)
    floors = dict(zip(hours(outcome.equity["time"]), outcome.equity["floor"][:, 0].tolist(), strict=True))
    assert (floors[24], floors[25]) == (before - 500, after - 500)


@pytest.mark.parametrize(("clock", "expected"), [(0, 9_700), (1, 9_500)], ids=["its own midnight", "another's midnight, its own noon"])
def test_a_day_ends_for_a_trail_at_its_own_reset(clock: int, expected: float) -> None:
    """200 won on the first day lift the floor when the rule's day has ended, not when another rule's has."""
    rule = floor(anchor=Anchor.EOD_BALANCE_HIGH, amount=500.0, clock=clock)
    clocks = (Reset(at="00:00", zone="UTC"), Reset(at="12:00", zone="UTC"))
    outcome = trade(ANCHORED, plan(21, sizing_value=100.0, time_stop_ms=HOUR), rules=book(rule, clocks=clocks), gate=OFF)
    assert outcome.equity["floor"][-1, 0] == expected


def test_a_share_of_the_anchor_grows_with_it() -> None:
    """5 % of a day start of 10,200."""
    rule = floor(anchor=Anchor.DAY_START_BALANCE, amount_fraction=0.05, amount_of=AmountOf.ANCHOR)
    outcome = trade(ANCHORED, plan(21, sizing_value=100.0, time_stop_ms=HOUR), rules=book(rule), gate=OFF)
    assert outcome.equity["floor"][-1, 0] == 10_200 * 0.95


@pytest.mark.parametrize(("lock", "expected"), [(10_100.0, 10_000), (10_000.0, 10_000), (9_900.0, 9_900), (math.nan, 10_000)])
def test_a_lock_is_the_highest_level_of_a_floor(lock: float, expected: float) -> None:
    """An end-of-day trail at 10,200 less 200."""
    rule = floor(anchor=Anchor.EOD_BALANCE_HIGH, amount=200.0, lock=lock)
    outcome = trade(ANCHORED, plan(21, sizing_value=100.0, time_stop_ms=HOUR), rules=book(rule), gate=OFF)
    assert outcome.equity["floor"][-1, 0] == expected


@pytest.mark.parametrize(
    ("measure", "state"), [(Measure.EQUITY, "FAILED"), (Measure.BALANCE, "ACTIVE"), (Measure.MIN_BALANCE_EQUITY, "FAILED")]
)
def test_what_is_held_against_the_floor(measure: Measure, state: str) -> None:
    """An open loss leaves the balance alone."""
    assert verdict(held([(100, 100, 94, 94)], floor(amount_fraction=0.05, measure=measure)))[0] == state


def test_fills_of_the_old_bar_belong_to_the_old_day_and_an_entry_at_midnight_to_the_new() -> None:
    """Sold at a loss in the last hour, bought again at 00:00: the fee of the entry counts for the second day."""
    rows = [*flat(23), (100, 100, 97, 97), *flat(2, 97)]
    plans = plan(23, stop=98, sizing_value=100.0), plan(24, sizing_value=100.0)
    outcome = trade(rows, *plans, rules=book(), gate=OFF)
    assert [int(d["trades"]) for d in outcome.days] == [1, 0]
    assert [float(d["balance_end"]) for d in outcome.days] == [9_800, 9_800]
    assert hours(outcome.days["time"]) == [0, 24]
    assert outcome.days[1]["balance_start"] == 9_800


def test_funding_at_midnight_belongs_to_the_old_day() -> None:
    """Due at the instant the day ends, paid before it rolls."""
    outcome = trade(flat(26), plan(20), funding=funding((24, 0.01)), costs=replace(FREE, funding=True))
    assert [float(d["balance_end"]) for d in outcome.days] == [9_999, 9_999]
    assert outcome.days[1]["balance_start"] == 9_999


def test_a_pause_closes_everything_and_lasts_until_the_reset() -> None:
    """A jump through the stop loses 6 %; the plan of the next hour is refused, tomorrow's is taken."""
    rule = floor(Code.DAILY_LOSS, anchor=Anchor.DAY_START_BALANCE, amount_fraction=0.05, severity=Severity.PAUSE)
    plans = plan(1, stop=95, sizing_value=100.0), plan(3, stop=90), plan(24, stop=90)
    outcome = trade([*flat(2), *flat(26, 94)], *plans, rules=book(rule))
    assert fills(outcome)[:2] == [("ENTRY", 100, 100), ("STOP", -100, 94)]
    assert answers(outcome)[1:] == [("REFUSED", "PAUSED"), ("APPROVED", "SIZING")]
    assert [(hours(outcome.events["time"]), State(int(outcome.phases[0]["state"])))] == [([3], State.ACTIVE)]


def test_the_firm_pauses_an_account_without_our_gate_too() -> None:
    """The hour after the loss nothing is opened, tomorrow it is."""
    rule = floor(Code.DAILY_LOSS, anchor=Anchor.DAY_START_BALANCE, amount_fraction=0.05, severity=Severity.PAUSE)
    plans = plan(1, sizing_value=100.0), plan(3), plan(24)
    outcome = trade([*flat(2), *flat(26, 94)], *plans, rules=book(rule), gate=OFF)
    assert fills(outcome)[:2] == [("ENTRY", 100, 100), ("HOUSE", -100, 94)]
    assert answers(outcome)[1:] == [("REFUSED", "PAUSED"), ("APPROVED", "SIZING")]


@pytest.mark.parametrize(
    ("clock", "state"),
    [
        pytest.param("00:30", "FAILED", id="inside the bar"),
        pytest.param("00:00", "ACTIVE", id="at its open"),
        pytest.param("01:00", "ACTIVE", id="at its close"),
    ],
)
@pytest.mark.parametrize("anchor", [Anchor.DAY_START_EQUITY, Anchor.EOD_EQUITY_HIGH])
def test_a_reset_inside_a_bar_counts_both_extremes_on_both_sides(clock: str, state: str, anchor: Anchor) -> None:
    """Up 4 and down 2 in one bar over a reset: 6 from a high day start only if the reset fell inside it."""
    rule = floor(Code.DAILY_LOSS, anchor=anchor, amount=500.0)
    rows: list[Row] = [*flat(24), (100, 104, 98, 100), *flat(2)]
    outcome = trade(rows, plan(20, sizing_value=100.0), rules=book(rule, clocks=(Reset(at=clock, zone="UTC"),)), gate=OFF)
    assert verdict(outcome)[0] == state
    assert outcome.ambiguous_failed == (state == "FAILED")


@pytest.mark.parametrize(
    ("clock", "expected"), [pytest.param("00:30", 9_800, id="inside the bar"), pytest.param("01:00", 9_600, id="at its close")]
)
@pytest.mark.parametrize("anchor", [Anchor.DAY_START_BALANCE, Anchor.EOD_BALANCE_HIGH])
def test_a_loss_in_the_bar_of_a_reset_may_have_come_after_it(clock: str, expected: float, anchor: Anchor) -> None:
    """300 won before the bar, 200 lost in it: inside, the balance at the reset is the larger of before and after."""
    rows = [*flat(22), (100, 103, 100, 103), *flat(1, 103), (103, 103, 101, 101), *flat(2, 101)]
    plans = plan(22, sizing_value=100.0, time_stop_ms=HOUR), plan(23, stop=101, sizing_value=100.0)
    outcome = trade(rows, *plans, rules=book(floor(anchor=anchor, amount=500.0), clocks=(Reset(at=clock, zone="UTC"),)), gate=OFF)
    assert (outcome.balance, outcome.equity["floor"][-1, 0]) == (10_100.0, expected)


@pytest.mark.parametrize(
    ("row", "state", "ambiguous"),
    [
        pytest.param((100, 103, 97.5, 101), "FAILED", 1, id="up then down would breach: ambiguous"),
        pytest.param((100, 103, 95, 101), "FAILED", 0, id="down alone breaches: certain"),
        pytest.param((100, 103, 97.5, 98), "FAILED", 0, id="the close is below the lifted floor: certain"),
        pytest.param((100, 102.4, 97.5, 101), "ACTIVE", 0, id="not even up then down breaches"),
    ],
)
def test_a_trailing_floor_is_judged_harder_than_fills(row: Row, state: str, ambiguous: int) -> None:
    """A live trail of 500 on 100 units; the path walks the low first."""
    outcome = held([row], floor(anchor=Anchor.EQUITY_HIGH, amount=500.0))
    assert verdict(outcome)[0] == state
    assert outcome.ambiguous_failed == ambiguous


@pytest.mark.parametrize(
    ("lows", "ambiguous"),
    [pytest.param((97, 97), 1, id="only the sum of the troughs breaches"), pytest.param((95, 99), 0, id="one symbol alone breaches")],
)
def test_two_symbols_breach_by_the_sum_of_their_troughs(lows: tuple[float, float], ambiguous: int) -> None:
    """50 units each and a floor 250 below: 3 and 3 may not have come together, 5 certainly came."""
    streams = [
        stream(bars([*flat(1), (100, 100, low, 100)], name), [plan(1, sizing_value=50.0)])
        for low, name in zip(lows, ("AAA", "BBB"), strict=True)
    ]
    outcome = run(*streams, rules=book(floor(amount=250.0)), gate=OFF)
    assert verdict(outcome)[0] == "FAILED"
    assert outcome.ambiguous_failed == ambiguous


def test_a_breach_beats_a_pass_in_the_same_bar() -> None:
    """The low breaches first, the target of the phase is reached after it."""
    rules = book(floor(amount_fraction=0.05), counter(Code.PROFIT_TARGET, limit=0.05))
    outcome = trade([*flat(1), (100, 106, 94, 106)], plan(1, sizing_value=100.0, targets=[(105, 1)]), rules=rules, gate=OFF)
    assert verdict(outcome)[0] == "FAILED"


def test_after_a_failure_nothing_is_traded() -> None:
    """The account has ended: later plans are answered so."""
    outcome = trade(
        [*flat(1), (100, 100, 94, 94), *flat(3, 94)], plan(1, sizing_value=100.0), plan(3), rules=book(floor(amount=500.0)), gate=OFF
    )
    assert Code(int(outcome.decisions["code"][1])) == Code.PHASE_OVER
    assert len(outcome.equity) == 2
    assert np.isclose(outcome.rule_states["worst_headroom"][0], -100)


@pytest.mark.parametrize("clock", [pytest.param("00:30", id="inside the bar"), pytest.param("00:00", id="at its open")])
def test_a_loss_in_the_bar_of_a_reset_is_counted_once(clock: str) -> None:
    """Stopped for 600 in that bar: the days add up to the account's own result, and each begins where the one before ended."""
    rows: list[Row] = [*flat(24), (100, 100, 94, 94), *flat(30, 94)]
    outcome = trade(rows, plan(20, stop=94, sizing_value=100.0), rules=book(clocks=(Reset(at=clock, zone="UTC"),)), gate=OFF)
    days = outcome.days
    assert outcome.balance == 9_400.0
    assert (days["balance_end"] - days["balance_start"]).sum() == days["credited"].sum() == outcome.phases[-1]["credited"] == -600.0
    assert days["balance_start"][1:].tolist() == days["balance_end"][:-1].tolist()


RISE: list[Row] = [(100, 111, 100, 111), *flat(2, 111)]


@pytest.mark.parametrize(
    ("target", "level"),
    [
        pytest.param(109.99, 9_000, id="a unit below the trigger"),
        pytest.param(110.0, 10_000, id="at it"),
        pytest.param(110.01, 10_000, id="a unit above"),
    ],
)
def test_a_profit_makes_a_floor_stand_at_the_initial_balance(target: float, level: float) -> None:
    """10 % below, until the balance has once been 10 % above."""
    rule = floor(amount_fraction=0.1, lock_trigger=0.1)
    outcome = trade([*flat(1), *RISE], plan(1, sizing_value=100.0, targets=[(target, 1)]), rules=book(rule), gate=OFF)
    assert outcome.equity["floor"][-1, 0] == level


def test_an_open_profit_is_no_trigger() -> None:
    """Only the balance counts: 11 % open, given back, closed at nothing."""
    rule = floor(amount_fraction=0.1, lock_trigger=0.1)
    outcome = held([(100, 111, 100, 100), *flat(3)], rule)
    assert outcome.equity["floor"][-1, 0] == 9_000


def test_a_floor_that_stands_does_so_for_good() -> None:
    """A later loss down to it breaches; one above it does not lower it."""
    rule = floor(amount_fraction=0.1, lock_trigger=0.1)
    rows = [*flat(1), *RISE, (100, 100, 90, 90), *flat(2, 90)]
    plans = plan(1, sizing_value=100.0, targets=[(110, 1)]), plan(4, sizing_value=100.0, stop=90.01)
    outcome = trade(rows, *plans, rules=book(rule), gate=OFF)
    assert verdict(outcome)[0] == "ACTIVE"
    assert outcome.equity["floor"][-1, 0] == 10_000
    plans = plan(1, sizing_value=100.0, targets=[(110, 1)]), plan(4, sizing_value=100.0, stop=90.0)
    assert verdict(trade(rows, *plans, rules=book(rule), gate=OFF)) == ("FAILED", 10_000, 10_000)


def test_a_low_before_the_trigger_is_held_against_the_floor_as_it_stood() -> None:
    """Down to 95 and then up through the target in one bar: 9,500 were above the floor of 9,000, and the new one came later."""
    rule = floor(amount_fraction=0.1, lock_trigger=0.1)
    outcome = trade(
        [*flat(1), (100, 111, 95, 111), *flat(1, 111)], plan(1, sizing_value=100.0, targets=[(110, 1)]), rules=book(rule), gate=OFF
    )
    assert (verdict(outcome)[0], outcome.equity["floor"][-1, 0]) == ("ACTIVE", 10_000)


def test_a_trailing_floor_that_is_higher_goes_on_trailing() -> None:
    """5 % of 10,000 below the highest balance of 11,000; it never falls to the initial balance."""
    rule = floor(anchor=Anchor.CLOSED_BALANCE_HIGH, amount_fraction=0.05, lock_trigger=0.1)
    outcome = trade([*flat(1), *RISE], plan(1, sizing_value=100.0, targets=[(110, 1)]), rules=book(rule), gate=OFF)
    assert outcome.equity["floor"][-1, 0] == 10_500


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        (Anchor.INITIAL, 10_000),
        (Anchor.DAY_START_BALANCE, 10_200),
        (Anchor.DAY_START_EQUITY, 10_300),
        (Anchor.MAX_DAY_START, 10_300),
        (Anchor.DAY_PEAK_EQUITY, 10_500),
        (Anchor.DAY_PEAK_BALANCE, 10_200),
        (Anchor.EOD_BALANCE_HIGH, 10_200),
        (Anchor.EOD_EQUITY_HIGH, 10_300),
        (Anchor.CLOSED_BALANCE_HIGH, 10_200),
        (Anchor.EQUITY_HIGH, 10_500),
    ],
)
@pytest.mark.parametrize("lock", [math.nan, 9_600.0], ids=["no lock", "locked"])
def test_a_share_of_every_anchor(anchor: Anchor, expected: float, lock: float) -> None:
    """6 % below each of them, and never above the lock."""
    plans = plan(21, sizing_value=100.0, time_stop_ms=HOUR), plan(23, sizing_value=100.0)
    rule = floor(anchor=anchor, amount_fraction=0.06, amount_of=AmountOf.ANCHOR, lock=lock)
    outcome = trade(ANCHORED, *plans, rules=book(rule), gate=OFF)
    free = expected * 0.94
    assert outcome.equity["floor"][-1, 0] == pytest.approx(free if math.isnan(lock) else min(free, lock), abs=1e-8)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        pytest.param([(100, 100, 90, 100), *flat(30)], "ACTIVE", id="under it and back before the reset"),
        pytest.param([(100, 100, 90, 90), *flat(20, 90), *flat(10)], "ACTIVE", id="under it for hours, back before the reset"),
        pytest.param([(100, 100, 95.01, 95.01), *flat(30, 95.01)], "ACTIVE", id="a unit above it at the reset"),
        pytest.param([(100, 100, 95, 95), *flat(30, 95)], "FAILED", id="at it at the reset"),
    ],
)
def test_a_floor_that_is_sampled_at_the_reset(rows: list[Row], state: str) -> None:
    """9,500, compared only when the day begins."""
    outcome = held(rows, floor(amount_fraction=0.05, sampling=Sampling.AT_RESET))
    assert verdict(outcome)[0] == state
    if state == "FAILED":
        assert hours(outcome.phases["ended"]) == [24]


def test_a_reset_while_the_market_is_shut_is_a_sample_too() -> None:
    """Bars end at 22:00 and go on the next morning; the loss is found at the first instant after midnight."""
    series = bars([*flat(1), (100, 100, 95, 95), *flat(25, 95)], times=[*range(22), *range(30, 35)])
    rule = floor(amount_fraction=0.05, sampling=Sampling.AT_RESET)
    outcome = trade(series, plan(1, sizing_value=100.0), rules=book(rule), gate=OFF)
    assert (verdict(outcome)[0], hours(outcome.phases["ended"])) == ("FAILED", [30])


def test_what_the_firm_judges_by_hand_counts_as_failed() -> None:
    """A floor of severity MANUAL ends the account like one of severity FAIL."""
    assert verdict(held([(100, 100, 95, 95)], floor(amount_fraction=0.05, severity=Severity.MANUAL)))[0] == "FAILED"
