"""The gate's refusals and bounds by code, each with its value and its limit."""

from __future__ import annotations

from typing import Any

import pytest

from runner.model.plan import EntryKind
from runner.model.rules import Code, RuleRow
from tests.machine.build import answers, book, cap, flat, floor, plan, trade


@pytest.mark.parametrize(
    ("rule", "quantity"),
    [
        pytest.param(floor(amount=100.0), 20.0, id="a floor 100 below, five a unit"),
        pytest.param(floor(amount=100.0, margin=0.05), 19.0, id="with 5 % kept free"),
        pytest.param(cap(Code.RISK_PER_TRADE, amount=50.0, margin=0.0), 10.0, id="risk per trade"),
        pytest.param(cap(Code.SYMBOL_DAILY_LOSS, amount=25.0, margin=0.0), 5.0, id="per-symbol loss"),
        pytest.param(cap(Code.NOTIONAL, limit=0.3), 30.0, id="value of 3,000"),
        pytest.param(cap(Code.BUCKET_NOTIONAL, limit=0.2, members=1), 20.0, id="value of the bucket"),
        pytest.param(cap(Code.QUANTITY_PER_ORDER, limit=7.0), 7.0, id="quantity per order"),
    ],
)
def test_what_bounds_the_quantity(rule: RuleRow, quantity: float) -> None:
    """50 units wanted at 100 with a stop at 95, no costs."""
    outcome = trade(flat(3), plan(1, stop=95, sizing_value=50.0), rules=book(rule))
    assert answers(outcome) == [("APPROVED", rule.code.name)]
    assert outcome.decisions["quantity"][0] == pytest.approx(quantity)


@pytest.mark.parametrize(
    ("rule", "fields", "value", "limit"),
    [
        pytest.param(cap(Code.INSTRUMENTS, members=2), {}, 0, 0, id="symbol not allowed"),
        pytest.param(cap(Code.DIRECTION, direction=-1), {}, 1, -1, id="direction"),
        pytest.param(cap(Code.OPEN_POSITIONS, count=0), {}, 0, 0, id="open positions"),
        pytest.param(cap(Code.OPEN_ORDERS, count=0), {"entry_kind": EntryKind.LIMIT, "entry_price": 97}, 0, 0, id="open orders"),
        pytest.param(cap(Code.ORDERS_PER_DAY, count=0), {}, 0, 0, id="orders a day"),
    ],
)
def test_what_is_refused_outright(rule: RuleRow, fields: dict[str, Any], value: float, limit: float) -> None:
    """By code, with the value and the limit."""
    outcome = trade(flat(3), plan(1, stop=95, **fields), rules=book(rule))
    assert answers(outcome) == [("REFUSED", rule.code.name)]
    assert (outcome.decisions["value"][0], outcome.decisions["limit"][0]) == (value, limit)
    assert outcome.rule_states["count"][0] == 1


def test_under_a_floor_a_plan_needs_a_stop() -> None:
    """Without one its loss has no bound."""
    assert answers(trade(flat(3), plan(1), rules=book(floor(amount=500.0)))) == [("REFUSED", "NO_STOP")]


@pytest.mark.parametrize("amounts", [(500.0, 400.0), (200.0, 100.0), (100.0, 99.0)])
def test_a_tighter_floor_never_lets_more_through(amounts: tuple[float, float]) -> None:
    """The looser one first."""
    wide, tight = (
        trade(flat(3), plan(1, stop=95, sizing_value=70.0), rules=book(floor(amount=amount))).decisions["quantity"][0] for amount in amounts
    )
    assert tight <= wide
