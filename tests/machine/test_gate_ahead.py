"""The gate looks past what is measured now: to the balance without open profit, and to a profit that will lift a floor."""

from __future__ import annotations

from itertools import pairwise

import pytest

from runner.model.records import Outcome, Reason
from runner.model.rules import Anchor, Measure, RuleRow, State
from tests.machine.build import HOUR, OFF, Row, bars, book, flat, floor, plan, run, stream, trade


def verdict(outcome: Outcome) -> str:
    """State of the first phase by name."""
    return State(int(outcome.phases["state"][0])).name


def second_entry(outcome: Outcome) -> float:
    """What the second symbol's first plan was given."""
    entries = outcome.fills[(outcome.fills["reason"] == Reason.ENTRY) & (outcome.fills["symbol"] == 1)]
    return float(entries["quantity"][0])


def beside_a_winner(rule: RuleRow, *, gated: bool = True) -> Outcome:
    """A hundred units are 800 in front behind their stop; beside them a hundred more are wanted, 1,200 at risk, and stopped first."""
    up: list[Row] = [*flat(1), (100, 110, 100, 110), *flat(6, 110)]
    down: list[Row] = [*flat(4), (100, 100, 88, 88), *flat(3, 88)]
    winner = stream(bars(up, "AAA"), [plan(1, stop=98, sizing_value=100.0, trail_distance=2.0)])
    loser = stream(bars(down, "BBB"), [plan(4, stop=88, sizing_value=100.0)])
    return run(winner, loser, rules=book(rule), **({} if gated else {"gate": OFF}))


@pytest.mark.parametrize("measure", [Measure.BALANCE, Measure.MIN_BALANCE_EQUITY], ids=lambda measure: measure.name.lower())
def test_an_open_profit_does_not_carry_a_floor_that_measures_the_balance(measure: Measure) -> None:
    """500 may be lost: the balance would fall by the whole loss before the profit is booked."""
    rule = floor(amount=500.0, measure=measure)
    assert verdict(beside_a_winner(rule, gated=False)) == "FAILED"
    outcome = beside_a_winner(rule)
    assert verdict(outcome) == "ACTIVE"
    assert second_entry(outcome) == 41.666


def test_an_open_profit_behind_its_stop_carries_a_floor_that_measures_equity() -> None:
    """800 in front and 1,200 at risk leave 9,600 of 10,000 in the worst case."""
    outcome = beside_a_winner(floor(amount=500.0))
    assert (verdict(outcome), second_entry(outcome)) == ("ACTIVE", 100)


def before_the_trigger(rule: RuleRow, *, gated: bool = True) -> Outcome:
    """150 are won; a trade that will win 100 more is open when a hundred units with 400 at risk are wanted; they are stopped later."""
    won: list[Row] = [(100, 101.5, 100, 101.5), *flat(3), (100, 102, 100, 102), *flat(5)]
    lost: list[Row] = [*flat(6), (100, 100, 96, 96), *flat(3, 96)]
    plans = plan(0, stop=99, sizing_value=100.0, targets=[(101.5, 1)]), plan(2, stop=99, sizing_value=50.0, targets=[(102, 1)])
    both = stream(bars(won, "AAA"), plans), stream(bars(lost, "BBB"), [plan(3, stop=96, sizing_value=100.0)])
    return run(*both, rules=book(rule), **({} if gated else {"gate": OFF}))


def test_a_floor_that_a_profit_will_lift_is_reckoned_with_before() -> None:
    """From 200 on 10,000 must be kept: 250 are won in the end, and 400 lost of them would be too much. 150 may be risked beside 50."""
    rule = floor(amount=1_000.0, lock_trigger=0.02)
    assert verdict(before_the_trigger(rule, gated=False)) == "FAILED"
    outcome = before_the_trigger(rule)
    assert (verdict(outcome), second_entry(outcome)) == ("ACTIVE", 37.5)


def test_a_floor_that_no_profit_lifts_leaves_room_for_all() -> None:
    """1,000 may be lost."""
    assert second_entry(before_the_trigger(floor(amount=1_000.0))) == 100


def risen(rule: RuleRow, *, side: int = 1, gated: bool = True, gap: bool = False) -> Outcome:
    """A hundred units with 200 at risk go 600 in front and come back to 450; they are closed there."""
    rows: list[Row] = [*flat(2), *((at, max(at, to), min(at, to), to) for at, to in pairwise((100, 102, 104, 106, 104.5))), *flat(2, 104.5)]
    if gap:
        rows = [*flat(2), *flat(4, 106), *flat(2, 104.5)]
    if side < 0:
        rows = [(200 - o, 200 - low, 200 - high, 200 - c) for o, high, low, c in rows]
    made = plan(1, side=side, stop=100 - 2 * side, sizing_value=100.0, time_stop_ms=5 * HOUR)
    return trade(rows, made, rules=book(rule), **({} if gated else {"gate": OFF}))


@pytest.mark.parametrize("side", [1, -1], ids=["long", "short"])
@pytest.mark.parametrize("anchor", [Anchor.DAY_PEAK_EQUITY, Anchor.EQUITY_HIGH], ids=lambda anchor: anchor.name.lower())
@pytest.mark.parametrize("measure", [Measure.BALANCE, Measure.MIN_BALANCE_EQUITY], ids=lambda measure: measure.name.lower())
def test_a_profit_that_would_lift_a_floor_over_the_balance_is_taken(measure: Measure, anchor: Anchor, side: int) -> None:
    """500 may be lost from the highest equity, and the balance stays behind an open 600: the gate takes 300, 1.5 risks."""
    rule = floor(amount=500.0, anchor=anchor, measure=measure, margin=0.05)
    assert verdict(risen(rule, side=side, gated=False)) == "FAILED"
    outcome = risen(rule, side=side)
    assert (verdict(outcome), outcome.balance) == ("ACTIVE", 10_300)
    assert [Reason(int(f["reason"])) for f in outcome.fills] == [Reason.ENTRY, Reason.DEFENCE]


def test_a_profit_that_gaps_over_its_bound_is_taken_at_the_open() -> None:
    """600 at once are more than the margin admits in general; here nothing was lost before, and what is gained is booked."""
    rule = floor(amount=700.0, anchor=Anchor.EQUITY_HIGH, measure=Measure.BALANCE)
    assert risen(rule, gap=True).balance == 10_600


def test_profits_run_where_equity_is_held_against_the_floor() -> None:
    """The same floor compared with equity asks for nothing but the give-back budget."""
    outcome = risen(floor(amount=500.0, anchor=Anchor.EQUITY_HIGH))
    assert (verdict(outcome), outcome.balance) == ("ACTIVE", 10_450)


@pytest.mark.parametrize(("target", "said"), [(104.9, "ACTIVE"), (105.0, "FAILED"), (106.0, "FAILED")])
def test_a_profit_opened_and_booked_in_one_bar_still_stood_open(target: float, said: str) -> None:
    """500 may be lost: at 105 the floor was level with the balance before the target was booked."""
    rule = floor(amount=500.0, anchor=Anchor.EQUITY_HIGH, measure=Measure.BALANCE)
    rows: list[Row] = [*flat(1), (100, 106, 100, 106), *flat(2, 106)]
    outcome = trade(rows, plan(1, stop=98, sizing_value=100.0, targets=[(target, 1)]), rules=book(rule), gate=OFF)
    assert (verdict(outcome), bool(outcome.phases["ambiguous"][0])) == (said, said == "FAILED")
