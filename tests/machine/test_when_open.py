"""What a plan does with what is already there: ignore, add, reverse, replace, and the add steps of one plan."""

from __future__ import annotations

import pytest

from runner.model.plan import EntryKind, WhenOpen
from runner.model.rules import Code
from tests.machine.build import FREE, Row, answers, book, cap, fills, flat, hours, plan, run, stream, trade

IGNORE, ADD, REVERSE, REPLACE = WhenOpen
OPEN = ("REFUSED", "POSITION_OPEN")


@pytest.mark.parametrize(
    ("wish", "side", "expected"),
    [
        pytest.param(IGNORE, 1, None, id="ignore"),
        pytest.param(ADD, -1, None, id="add against the position"),
        pytest.param(REVERSE, 1, None, id="reverse to the same side"),
        pytest.param(ADD, 1, [("ENTRY", 1, 101)], id="add"),
        pytest.param(REVERSE, -1, [("REVERSE", -1, 101), ("ENTRY", -1, 101)], id="reverse"),
        pytest.param(REPLACE, 1, [("REPLACE", -1, 101), ("ENTRY", 1, 101)], id="replace by the same side"),
        pytest.param(REPLACE, -1, [("REPLACE", -1, 101), ("ENTRY", -1, 101)], id="replace by the other side"),
    ],
)
def test_a_plan_meets_an_open_position(wish: WhenOpen, side: int, expected: list[tuple[str, float, float]] | None) -> None:
    """A long from bar 1 meets a plan at the open of bar 2."""
    outcome = trade([*flat(2), *flat(2, 101)], plan(1), plan(2, side, when_open=wish))
    assert fills(outcome)[1:] == (expected or [])
    assert (answers(outcome)[1] == OPEN) == (expected is None)


def test_a_reversal_closes_even_if_the_gate_then_refuses() -> None:
    """Close, fill, then the gate: one order a day allows no second entry."""
    rules = book(cap(Code.ORDERS_PER_DAY, count=1))
    outcome = trade(flat(4), plan(1), plan(2, -1, when_open=REVERSE), rules=rules)
    assert fills(outcome) == [("ENTRY", 1, 100), ("REVERSE", -1, 100)]
    assert answers(outcome)[1] == ("REFUSED", "ORDERS_PER_DAY")


def test_an_added_plan_brings_its_stop_and_the_tighter_one_holds() -> None:
    """Stop 95 and then 97: everything leaves at 97, at the average entry of 100.5."""
    rows: list[Row] = [*flat(2), (101, 101, 96, 96)]
    outcome = trade(rows, plan(1, stop=95), plan(2, when_open=ADD, stop=97))
    assert fills(outcome) == [("ENTRY", 1, 100), ("ENTRY", 1, 101), ("STOP", -2, 97)]
    assert outcome.trades[0]["entry_price"] == 100.5
    assert outcome.trades[0]["profit"] == -7.0


def test_fills_name_the_plan_that_caused_them() -> None:
    """An added entry belongs to the plan that added it; the exit to the position's first plan."""
    outcome = trade([*flat(2), (101, 101, 96, 96)], plan(1, stop=97), plan(2, when_open=ADD, stop=95))
    assert outcome.fills["plan"].tolist() == [0, 1, 0]
    assert outcome.decisions["position"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("wish", "first", "second"),
    [
        pytest.param(IGNORE, ("APPROVED", "SIZING"), OPEN, id="ignore stands back"),
        pytest.param(ADD, ("APPROVED", "SIZING"), ("APPROVED", "SIZING"), id="add rests beside it"),
        pytest.param(REVERSE, ("CANCELLED", "SIZING"), ("APPROVED", "SIZING"), id="reverse withdraws it"),
        pytest.param(REPLACE, ("CANCELLED", "SIZING"), ("APPROVED", "SIZING"), id="replace withdraws it"),
    ],
)
def test_a_plan_meets_a_resting_entry(wish: WhenOpen, first: tuple[str, str], second: tuple[str, str]) -> None:
    """Nothing is open yet, one entry waits."""
    orders = [plan(n, entry_kind=EntryKind.LIMIT, entry_price=90 + n, when_open=wish) for n in (1, 2)]
    assert answers(trade(flat(4), *orders)) == [first, second]


def test_add_steps_rest_from_the_first_fill_on() -> None:
    """Half the size 2 lower, and again 2 higher; the target closes everything."""
    steps = plan(1, stop=90, sizing_value=2, adds=[(98, 0.5), (102, 0.5)], targets=[(105, 1.0)])
    outcome = trade([*flat(1), (100, 106, 97, 106)], steps)
    assert fills(outcome) == [("ENTRY", 2, 100), ("ADD", 1, 98), ("ADD", 1, 102), ("TARGET", -4, 105)]
    assert outcome.trades[0]["entry_price"] == 100


def test_add_steps_go_with_their_position() -> None:
    """After the stop nothing is added any more."""
    rows: list[Row] = [*flat(1), (100, 100, 98.5, 98.5), (99, 103, 97, 103)]
    assert fills(trade(rows, plan(1, stop=99, adds=[(98, 0.5)]))) == [("ENTRY", 1, 100), ("STOP", -1, 99)]


def test_an_add_step_inside_the_slipped_entry_never_moves_the_market_up() -> None:
    """Entry slips to 100.10; a step at 100.05 is then above the market and gets the market's price."""
    costs = FREE.__class__(**{**FREE.__dict__, "slippage_bps": 10.0})
    outcome = trade([*flat(1), (100, 100, 99, 99)], plan(1, stop=90, adds=[(100.05, 1.0)]), costs=costs)
    assert fills(outcome) == [("ENTRY", 1, 100.1), ("ADD", 1, 100)]
    assert outcome.equity["high"].max() == 10_000.0


def test_targets_take_fractions_of_everything_bought() -> None:
    """The initial quantity grows with each step: half of 3."""
    steps = plan(1, stop=90, sizing_value=2, adds=[(98, 0.5)], targets=[(105, 0.5), (120, 0.5)])
    assert fills(trade([*flat(1), (100, 106, 97, 106)], steps))[-1] == ("TARGET", -1.5, 105)


def test_two_strategies_do_not_touch_each_others_position() -> None:
    """The second one is refused, whatever it wishes."""
    outcome = run(stream(flat(4), [plan(1)], strategy="a"), stream(flat(4), [plan(2, -1, when_open=REPLACE)], strategy="b"))
    assert answers(outcome) == [("APPROVED", "SIZING"), OPEN]
    assert hours(outcome.fills["time"]) == [1]


def test_two_strategies_do_not_touch_each_others_resting_entries() -> None:
    """A waiting entry of one strategy is not withdrawn by another's plan."""
    waiting = stream(flat(4), [plan(1, entry_kind=EntryKind.LIMIT, entry_price=90.0)], strategy="a")
    outcome = run(waiting, stream(flat(4), [plan(2, -1, when_open=REPLACE)], strategy="b"))
    assert answers(outcome) == [("APPROVED", "SIZING"), ("REFUSED", "POSITION_OPEN")]
