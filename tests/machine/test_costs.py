"""Fees, slippage, funding, instrument steps, margin and liquidation, and what an account currency costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runner.model.bot import Costs, GateSettings
from runner.model.plan import EntryKind, SizingMethod
from runner.model.rules import Anchor, Code
from tests.machine.build import FREE, Row, answers, book, fills, flat, floor, funding, plan, spec, trade

FEES = replace(FREE, taker_fee_bps=10.0, maker_fee_bps=2.0)
PAYING = replace(FREE, funding=True)
ROUND: list[Row] = [*flat(1), (100, 110, 96, 110)]


def costs(**changes: Any) -> Costs:
    """No costs but these."""
    return replace(FREE, **changes)


def test_takers_and_makers_pay_their_fees() -> None:
    """Market in (0.1 % of 100), target out (0.02 % of 110): 0.1 and 0.022."""
    outcome = trade(ROUND, plan(1, targets=[(110, 1)]), costs=FEES)
    assert outcome.fills["fee"].tolist() == pytest.approx([0.1, 0.022])
    assert outcome.balance == 10_000 + 10 - 0.122
    assert outcome.trades[0]["profit"] == 10 - 0.122
    assert outcome.trades[0]["fees"] == pytest.approx(0.122)


@pytest.mark.parametrize(
    ("kind", "level", "fee"),
    [
        pytest.param(EntryKind.LIMIT, 97, 97 * 0.0002, id="a resting limit makes"),
        pytest.param(EntryKind.LIMIT, 101, 100 * 0.001, id="a crossing limit takes"),
        pytest.param(EntryKind.STOP, 103, 103 * 0.001, id="a stop entry takes"),
    ],
)
def test_the_fee_of_an_entry(kind: EntryKind, level: float, fee: float) -> None:
    """Which fee an entry pays depends on how it met the market."""
    outcome = trade(ROUND, plan(1, entry_kind=kind, entry_price=level), costs=FEES)
    assert outcome.fills[0]["fee"] == pytest.approx(fee)


def test_the_instrument_gives_the_fee_the_account_leaves_open() -> None:
    """None takes the instrument's own."""
    outcome = trade(ROUND, plan(1), costs=costs(taker_fee_bps=None), instrument=spec(taker_fee_bps=5.0))
    assert outcome.fills[0]["fee"] == pytest.approx(0.05)


PER_LOT = replace(FREE, fee_per_lot=2.5, spread_ticks=20.0)  # a tick is 0.01: the spread is 0.20


def test_lots_and_spreads_are_paid_besides() -> None:
    """Ten lots of 3 units: 2.50 a lot each way, and 0.10 a unit where the order takes; a target makes."""
    outcome = trade(ROUND, plan(1, sizing_value=10, targets=[(110, 1)]), costs=PER_LOT, instrument=spec(contract_size=3.0))
    assert outcome.fills["fee"].tolist() == pytest.approx([25 + 3.0, 25])
    assert outcome.balance == pytest.approx(10_000 + 300 - 53)


@pytest.mark.parametrize("side", [1, -1])
def test_a_loss_at_the_stop_holds_lots_and_spreads(side: int) -> None:
    """One percent at risk: the stop is hit and a hundred are gone, what lots and spread cost among them."""
    rows: list[Row] = [*flat(1), (100, 105, 95, 100)]
    order = plan(1, side, stop=100 - 5 * side, sizing_method=SizingMethod.RISK_OF_INITIAL, sizing_value=0.01)
    outcome = trade(rows, order, costs=PER_LOT, instrument=spec(contract_size=3.0, quantity_step=1e-6))
    assert outcome.balance == pytest.approx(9_900, abs=1e-3)
    assert outcome.balance >= 9_900


def test_the_defence_keeps_its_budget_after_lots_and_spreads() -> None:
    """With a floor that follows the day's peak the position may give back what the gate said, fees of the way out among it."""
    rows: list[Row] = [*flat(1), (100, 140, 100, 140), (140, 140, 60, 60)]
    floor_row = floor(Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_EQUITY, amount_fraction=0.02)
    order = plan(1, stop=90, sizing_value=100)
    outcome = trade(rows, order, costs=PER_LOT, rules=book(floor_row), gate=GateSettings())
    peak = 10_000 + outcome.fills[0]["quantity"] * 40 - outcome.fills[0]["fee"]
    assert len(outcome.fills) == 2
    assert peak - 200 < outcome.balance < peak


@pytest.mark.parametrize(
    ("side", "entry", "exit_"),
    [pytest.param(1, 100.03, 94.98, id="a long buys higher and sells lower"), pytest.param(-1, 99.97, 105.03, id="a short the reverse")],
)
def test_slippage_is_rounded_to_the_grid_against_us(side: int, entry: float, exit_: float) -> None:
    """2.1 bp of 100 is 0.021: a market order gets 0.03; of 95 it is 0.01995: the stop gets 0.02; of 105 0.02205: 0.03."""
    rows: list[Row] = [*flat(1), (100, 105, 95, 100)]
    outcome = trade(rows, plan(1, side, stop=100 - 5 * side), costs=costs(slippage_bps=2.1))
    assert fills(outcome) == [("ENTRY", side, entry), ("STOP", -side, exit_)]


def test_limits_and_targets_do_not_slip() -> None:
    """Makers get their price."""
    order = plan(1, entry_kind=EntryKind.LIMIT, entry_price=97, targets=[(105, 1)])
    assert fills(trade(ROUND, order, costs=costs(slippage_bps=50.0))) == [("ENTRY", 1, 97), ("TARGET", -1, 105)]


def test_the_record_says_what_slippage_cost() -> None:
    """Ten units bought 0.1 higher."""
    outcome = trade(ROUND, plan(1, sizing_value=10), costs=costs(slippage_bps=10.0))
    assert outcome.fills[0]["slippage"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("side", "rate", "balance"),
    [(1, 0.001, 9_999.9), (1, -0.001, 10_000.1), (-1, 0.001, 10_000.1), (-1, -0.001, 9_999.9)],
)
def test_longs_pay_a_positive_rate(side: int, rate: float, balance: float) -> None:
    """A payment of 0.1 % of 100 at hour 2."""
    outcome = trade(flat(4), plan(1, side), funding=funding((2, rate)), costs=PAYING)
    assert outcome.balance == balance


@pytest.mark.parametrize(
    ("at", "paid"),
    [
        pytest.param(0.5, 0.0, id="before the entry"),
        pytest.param(1, 0.0, id="at the instant of the entry"),
        pytest.param(1.5, 0.1, id="inside the first bar"),
        pytest.param(3, 0.1, id="at the instant of the exit"),
        pytest.param(3.5, 0.0, id="after the exit"),
    ],
)
def test_funding_falls_due_while_the_position_is_open(at: float, paid: float) -> None:
    """In at hour 1, out at the open of hour 3."""
    outcome = trade(flat(5), plan(1, time_stop_ms=2 * 3_600_000), funding=funding((at, 0.001)), costs=PAYING)
    assert outcome.balance == 10_000 - paid
    assert outcome.trades[0]["funding"] == pytest.approx(paid)
    assert outcome.trades[0]["profit"] == -paid


def test_funding_is_reckoned_on_the_price_it_falls_due_at() -> None:
    """Two units at a close of 110."""
    rows: list[Row] = [*flat(1), (100, 110, 100, 110), *flat(2, 120)]
    assert trade(rows, plan(1, sizing_value=2), funding=funding((2, 0.001)), costs=PAYING).balance == 10_000 - 0.22


def test_without_funding_nothing_is_paid() -> None:
    """`Costs.funding` False: history or not."""
    assert trade(flat(4), plan(1), funding=funding((2, 0.001)), costs=FREE).balance == 10_000


@pytest.mark.parametrize(
    ("wanted", "changes", "answer", "quantity"),
    [
        pytest.param(0.0999, {"min_quantity": 0.1}, "MIN_QUANTITY", 0, id="below the minimum quantity"),
        pytest.param(0.1, {"min_quantity": 0.1}, "SIZING", 0.1, id="at the minimum quantity"),
        pytest.param(0.049, {"min_notional": 5.0}, "MIN_NOTIONAL", 0, id="below the minimum value"),
        pytest.param(0.05, {"min_notional": 5.0}, "SIZING", 0.05, id="at the minimum value"),
        pytest.param(0.0019, {}, "SIZING", 0.001, id="rounded down to a step"),
        pytest.param(0.0009, {}, "MIN_QUANTITY", 0, id="less than a step"),
        pytest.param(5.0, {"max_quantity": 2.0}, "MAX_QUANTITY", 2.0, id="above the maximum quantity"),
        pytest.param(0.3, {"quantity_step": 0.1}, "SIZING", 0.3, id="three steps of 0.1 are three"),
    ],
)
def test_instrument_steps_and_limits(wanted: float, changes: dict[str, Any], answer: str, quantity: float) -> None:
    """Quantities are multiples of the step inside the instrument's limits."""
    outcome = trade(flat(3), plan(1, sizing_value=wanted), instrument=spec(**changes))
    assert answers(outcome)[0][1] == answer
    assert outcome.decisions[0]["quantity"] == quantity


def test_contract_size_scales_the_result() -> None:
    """Ten ounces a lot: ten units of result."""
    outcome = trade(ROUND, plan(1, targets=[(110, 1)]), instrument=spec(contract_size=10.0), costs=FEES)
    assert outcome.balance == 10_000 + 100 - 1.22


def test_the_result_is_converted_at_the_rate_of_its_bar() -> None:
    """Ten in the quote currency at 1.5."""
    outcome = trade(ROUND, plan(1, targets=[(110, 1)]), conversion=np.array([1.0, 1.5]))
    assert outcome.balance == 10_015


@pytest.mark.parametrize(
    ("method", "value", "quantity"),
    [
        (SizingMethod.FIXED_QUANTITY, 7.0, 7.0),
        (SizingMethod.RISK_OF_INITIAL, 0.01, 20.0),
        (SizingMethod.RISK_OF_EQUITY, 0.01, 20.0),
        (SizingMethod.NOTIONAL_OF_EQUITY, 0.5, 50.0),
        (SizingMethod.NOTIONAL, 1_000.0, 10.0),
    ],
)
def test_sizing_methods(method: SizingMethod, value: float, quantity: float) -> None:
    """10,000 at 100 with a stop 5 away: 1 % is 100, which is 20 units."""
    outcome = trade(flat(3), plan(1, stop=95, sizing_method=method, sizing_value=value))
    assert outcome.decisions[0]["quantity"] == quantity


def test_risk_sizing_counts_fees() -> None:
    """1 % of 10,000 over 5 + 0.1 + 0.095 a unit: 19.249."""
    outcome = trade(flat(3), plan(1, stop=95, sizing_method=SizingMethod.RISK_OF_INITIAL, sizing_value=0.01), costs=FEES)
    assert outcome.decisions[0]["quantity"] == 19.249


def test_risk_sizing_needs_a_stop() -> None:
    """Without one there is nothing to reckon with."""
    outcome = trade(flat(3), plan(1, sizing_method=SizingMethod.RISK_OF_INITIAL, sizing_value=0.01))
    assert answers(outcome) == [("REFUSED", "NO_STOP")]


@pytest.mark.parametrize(
    ("account", "instrument", "own", "code", "most"),
    [
        pytest.param(2.0, 100.0, np.nan, "LEVERAGE", 200, id="the account's"),
        pytest.param(None, 3.0, np.nan, "LEVERAGE", 300, id="the instrument's"),
        pytest.param(5.0, 100.0, 1.0, "LEVERAGE", 100, id="the strategy's own"),
    ],
)
def test_the_smallest_leverage_caps_the_value(account: float | None, instrument: float, own: float, code: str, most: float) -> None:
    """10,000 at 100."""
    order = plan(1, sizing_value=1_000.0, max_leverage=own)
    outcome = trade(flat(3), order, costs=costs(leverage=account), instrument=spec(max_leverage=instrument))
    assert answers(outcome) == [("APPROVED", code)]
    assert outcome.decisions[0]["quantity"] == pytest.approx(most, abs=1e-3)


def test_a_liquidation_at_isolated_margin() -> None:
    """Leverage 10, maintenance 0.5 %: a long without a stop is gone at 100 × (1 − 0.1 + 0.005) = 90.5."""
    isolated = costs(leverage=10.0, isolated_margin=True)
    outcome = trade([*flat(1), (100, 100, 90.5, 95), *flat(1, 95)], plan(1), costs=isolated)
    assert fills(outcome) == [("ENTRY", 1, 100), ("LIQUIDATION", -1, 90.5)]
    assert fills(trade([*flat(1), (100, 100, 90.51, 95), *flat(1, 95)], plan(1), costs=isolated)) == [("ENTRY", 1, 100)]


@pytest.mark.parametrize(("stop", "answer"), [(90.51, "APPROVED"), (90.5, "REFUSED"), (90.0, "REFUSED")])
def test_a_stop_beyond_the_liquidation_is_refused(stop: float, answer: str) -> None:
    """It would never be reached."""
    outcome = trade(flat(3), plan(1, stop=stop), costs=costs(leverage=10.0, isolated_margin=True))
    assert answers(outcome)[0][0] == answer
    if answer == "REFUSED":
        assert answers(outcome)[0][1] == "STOP_BEYOND_LIQUIDATION"


def test_a_stop_on_the_wrong_side_of_a_limit_is_refused() -> None:
    """A buy limit at 97 with its stop at 98."""
    assert answers(trade(flat(3), plan(1, entry_kind=EntryKind.LIMIT, entry_price=97, stop=98))) == [("REFUSED", "STOP_WRONG_SIDE")]
