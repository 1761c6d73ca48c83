"""The gate looks past what is measured now: to the balance without open profit, and to a profit that will lift a floor."""

from __future__ import annotations

import pytest

from runner.model.records import Outcome, Reason
from runner.model.rules import Measure, RuleRow, State
from tests.machine.build import OFF, Row, bars, book, flat, floor, plan, run, stream


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
