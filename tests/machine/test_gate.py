"""The gate's refusals and bounds by code, each with its value and its limit."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.model.bot import Costs
from runner.model.plan import EntryKind
from runner.model.rules import Anchor, Code, RuleRow
from tests.machine.build import FREE, INITIAL, OFF, answers, bars, book, cap, flat, floor, plan, run, spec, stream, trade

LEVERED = replace(FREE, leverage=10.0)


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


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        pytest.param(floor(amount=100.0), 20.0, id="a floor"),
        pytest.param(cap(Code.RISK_PER_TRADE, amount=52.5, margin=0.0), 10.5, id="risk per trade"),
        pytest.param(cap(Code.NOTIONAL, limit=0.3), 30.0, id="value"),
        pytest.param(cap(Code.CONTRACTS, limit=7.25), 7.25, id="contracts"),
        pytest.param(cap(Code.OPEN_POSITIONS, count=0), 0.0, id="a count that leaves nothing"),
    ],
)
def test_a_refusal_says_what_would_have_been_allowed(rule: RuleRow, allowed: float) -> None:
    """50 units wanted at 100 with a stop at 95; the instrument trades no fewer than 40."""
    outcome = trade(flat(3), plan(1, stop=95, sizing_value=50.0), rules=book(rule), instrument=spec(min_quantity=40.0))
    assert answers(outcome) == [("REFUSED", rule.code.name)]
    assert (outcome.decisions["quantity"][0], outcome.decisions["allowed"][0]) == (0, pytest.approx(allowed))


def test_what_is_allowed_is_not_rounded() -> None:
    """A floor that leaves 20.0468 units, traded in whole ones."""
    outcome = trade(flat(3), plan(1, stop=95, sizing_value=50.0), rules=book(floor(amount=100.234)), instrument=spec(quantity_step=1.0))
    assert (outcome.decisions["quantity"][0], outcome.decisions["allowed"][0]) == (20, pytest.approx(20.0468))


def test_where_quantity_is_not_the_question_nothing_is_allowed_or_forbidden() -> None:
    """A stop on the wrong side of the market."""
    outcome = trade(flat(3), plan(1, stop=105, sizing_value=50.0), rules=book(floor(amount=100.0)))
    assert math.isnan(outcome.decisions["allowed"][0])


def test_under_a_floor_a_plan_needs_a_stop() -> None:
    """Without one its loss has no bound."""
    assert answers(trade(flat(3), plan(1), rules=book(floor(amount=500.0)))) == [("REFUSED", "NO_STOP")]


@pytest.mark.parametrize(
    ("fields", "instrument", "quantity"),
    [
        pytest.param({}, {}, 250.0, id="a margin of 2,500 holds 25,000"),
        pytest.param({"max_leverage": 5.0}, {}, 125.0, id="at the plan's own leverage of five: 12,500"),
        pytest.param({}, {"max_leverage": 4.0}, 100.0, id="at the instrument's four: 10,000"),
        pytest.param({"entry_kind": EntryKind.LIMIT, "entry_price": 95.0}, {}, 250.0, id="a resting order keeps 5 % free: 23,750 at 95"),
        pytest.param({"sizing_value": 250.0}, {}, 250.0, id="as many as wanted"),
    ],
)
def test_the_margin_cap_bounds_the_quantity(fields: dict[str, Any], instrument: dict[str, Any], quantity: float) -> None:
    """A quarter of 10,000 at a leverage of ten, 900 units wanted at 100."""
    wanted = {"sizing_value": 900.0, "stop": 90.0, **fields}
    outcome = trade(flat(3), plan(1, **wanted), rules=book(cap(Code.MARGIN, limit=0.25)), costs=LEVERED, instrument=spec(**instrument))
    assert answers(outcome) == [("APPROVED", "SIZING" if wanted["sizing_value"] == quantity else "MARGIN")]
    assert outcome.decisions["quantity"][0] == pytest.approx(quantity)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(250.0, ("REFUSED", "MARGIN", 0.0), id="nothing left"),
        pytest.param(249.9995, ("REFUSED", "MARGIN", 0.0), id="less than a step left"),
        pytest.param(200.0, ("APPROVED", "MARGIN", 50.0), id="500 left"),
    ],
)
def test_margin_is_shared_by_all_positions(first: float, second: tuple[str, str, float]) -> None:
    """What one symbol's position holds of 2,500 is not there for the next symbol."""
    streams = [stream(bars(flat(3), name), [plan(1, sizing_value=size)]) for name, size in (("AAA", first), ("BBB", 100.0))]
    instrument = spec("AAA", quantity_step=0.0001)
    streams[0] = stream(bars(flat(3)), [plan(1, sizing_value=first)], instrument=instrument)
    outcome = run(*streams, rules=book(cap(Code.MARGIN, limit=0.25)), costs=LEVERED)
    assert (*answers(outcome)[1], outcome.decisions["quantity"][1]) == second
    assert (outcome.decisions["value"][1], outcome.decisions["limit"][1]) == (pytest.approx(first * 10), 2500)
    assert outcome.rule_states["count"][0] == (second[0] == "REFUSED")


@pytest.mark.parametrize(
    ("held", "answer", "quantity"),
    [
        pytest.param(0.0, ("APPROVED", "LEVERAGE"), 1000.0, id="the whole account as margin"),
        pytest.param(600.0, ("APPROVED", "LEVERAGE"), 400.0, id="6,000 of it held already"),
        pytest.param(1000.0, ("REFUSED", "LEVERAGE"), 0.0, id="all of it held already"),
    ],
)
def test_leverage_bounds_the_quantity_without_any_rule(held: float, answer: tuple[str, str], quantity: float) -> None:
    """10,000 at a leverage of ten hold 100,000, 1,000 units at 100, over all symbols."""
    first = [plan(1, sizing_value=held)] if held else []
    streams = [stream(bars(flat(3)), first), stream(bars(flat(3), "BBB"), [plan(1, sizing_value=2_000.0)])]
    outcome = run(*streams, costs=LEVERED)
    assert answers(outcome)[-1] == answer
    assert outcome.decisions["quantity"][-1] == pytest.approx(quantity)


def test_with_the_gate_off_a_margin_cap_fails_the_account() -> None:
    """260 units at ten hold 2,600 of 2,500."""
    outcome = trade(flat(3), plan(1, sizing_value=260.0), rules=book(cap(Code.MARGIN, limit=0.25)), costs=LEVERED, gate=OFF)
    assert (int(outcome.phases["code"][0]), outcome.phases["value"][0], outcome.phases["floor"][0]) == (Code.MARGIN, 2600, 2500)


@settings(max_examples=150)
@given(
    data=st.data(),
    anchor=st.sampled_from(Anchor),
    side=st.sampled_from([-1, 1]),
    margin=st.sampled_from([0.0, 0.05, 0.5]),
    kind=st.sampled_from(EntryKind),
)
def test_a_tighter_floor_of_any_kind_lets_no_more_through(
    data: st.DataObject, anchor: Anchor, side: int, margin: float, kind: EntryKind
) -> None:
    """One plan on a fresh account under two amounts: the smaller one approves at most as much."""
    tight, wide = sorted(data.draw(st.tuples(st.floats(1.0, 3_000.0), st.floats(1.0, 3_000.0))))
    far, offset = data.draw(st.floats(0.5, 40.0)), data.draw(st.sampled_from([-0.1, 0.1]))
    wants = {"stop": 100 - side * far, "sizing_value": data.draw(st.floats(0.01, 5_000.0))}
    entry = {"entry_kind": kind, "entry_price": 100 + offset}
    adds = [(100 + side * 0.5, 0.5)] if data.draw(st.booleans()) else []
    lock = data.draw(st.sampled_from([math.nan, INITIAL]))
    less, more = (
        trade(
            flat(3),
            plan(1, side, adds=adds, **wants, **entry),
            rules=book(floor(amount=amount, anchor=anchor, margin=margin, lock=lock)),
            costs=Costs(funding=False),
        ).decisions["quantity"][0]
        for amount in (tight, wide)
    )
    assert less <= more
