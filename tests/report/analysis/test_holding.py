"""Buying and holding by hand and beside the machine; on real bars it is held against a recount in tests/end_to_end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runner.model.bot import Costs
from runner.report.analysis.holding import buy_and_hold, held, slipped
from runner.report.metrics import metrics
from tests.report import cases
from tests.report.html.stories import played

FREE = Costs(taker_fee_bps=0.0, funding=False)
END = cases.MIDNIGHT + 24 * cases.BAR_MS


def test_without_costs_it_is_the_mean_of_the_symbols_from_their_first_open() -> None:
    """Bought at 99 and at 99; the last day ends after bar 23 at 123."""
    own = held([cases.stream(), cases.stream("ETHUSDT")], FREE, 10_000.0, END, 365)
    assert own.profit.tolist() == pytest.approx([10_000 * ((100 + n) / 99 - 1) for n in (5, 11, 17, 23)])
    assert (own.fees, own.funding) == (0.0, 0.0)


def test_every_cost_of_the_account_is_paid() -> None:
    """Taker fee, fee per lot and half the spread both ways, slippage to the next tick, funding at each payment."""
    costs = Costs(taker_fee_bps=10.0, fee_per_lot=0.5, spread_ticks=2.0, slippage_bps=10.0)
    own = held([cases.stream()], costs, 10_000.0, END, 365)
    quantity = 10_000 / 99.1
    fees = quantity * (99.1 * 0.001 + 0.5 + 0.1) + quantity * (122.8 * 0.001 + 0.5 + 0.1)
    funding = quantity * sum(0.0001 * (100 + bar) for bar in range(24))  # known at each open but the first, assumed at the very end
    assert (own.fees, own.funding) == pytest.approx((fees, funding))
    assert own.profit[-1] == pytest.approx(quantity * (122.8 - 99.1) - fees - funding)


def test_a_symbol_is_held_inside_its_own_range() -> None:
    """One that starts late lies in cash until then, one that ends early afterwards."""
    late = cases.stream("ETHUSDT")
    late = replace(late, execution=late.execution.rows(slice(12, 18)))
    own = held([cases.stream(), late], FREE, 10_000.0, END, 365)
    alone = held([cases.stream()], FREE, 5_000.0, END, 365)
    assert (own.profit - alone.profit).tolist() == pytest.approx([0.0, 0.0, 5_000 * (117 / 111 - 1), 5_000 * (117 / 111 - 1)])


def test_another_currency_is_converted_bar_by_bar() -> None:
    """What is won counts at the rate of its bar, as an account that trades on margin counts it."""
    stream = replace(cases.stream(), conversion=np.array([0.5 + 0.01 * bar for bar in range(24)]))
    own = held([stream], FREE, 10_000.0, END, 365)
    assert own.profit[-1] == pytest.approx(10_000 / (99 * 0.5) * 0.73 * (123 - 99))


def test_where_nothing_was_walked_nothing_is_held() -> None:
    """Nothing instead of figures, also with a symbol that has no bars."""
    nothing = cases.nothing()
    account = metrics(nothing, 365) | {"net_return": 0.0}
    found = buy_and_hold(nothing, [cases.stream(silent=True, count=0)], FREE, account)
    assert (found["end"], found["return"], found["to_the_last_bar"]) == (None, None, None)


def test_the_smallest_prices_are_held_and_worthless_ones_are_not() -> None:
    """1e-5 a coin is bought in large quantities; what costs nothing stays in cash."""
    stream, zero = cases.stream(), np.zeros(24)
    tiny: dict[str, Any] = {name: getattr(stream.execution, name) * 1e-7 for name in ("open", "high", "low", "close")}
    market = replace(stream.market, instrument=replace(cases.instrument(), tick=1e-9))
    small = held([replace(stream, market=market, execution=replace(stream.execution, **tiny))], FREE, 10_000.0, END, 365)
    assert small.profit.tolist() == pytest.approx(held([stream], FREE, 10_000.0, END, 365).profit.tolist())
    nil: dict[str, Any] = dict.fromkeys(tiny, zero)
    dead = replace(stream, execution=replace(stream.execution, **nil))
    assert len(held([dead], Costs(), 10_000.0, END, 365).time) == 0


def test_one_bar_is_bought_and_sold() -> None:
    """A return, no deviation and so no Sharpe ratio."""
    outcome = cases.nothing(cases.marks(10_000.0))
    account = metrics(outcome, 365) | {"net_return": 0.0}
    found = buy_and_hold(outcome, [cases.stream(silent=True, count=1)], FREE, account)
    assert (found["return"], found["sharpe"]) == (pytest.approx(1 / 99), None)


@pytest.mark.parametrize(("side", "got"), [(1, 100.2), (-1, 99.9)])
def test_slippage_ends_on_the_grid(side: int, got: float) -> None:
    """Against us, never by less than was said; no slippage is no rounding."""
    assert slipped(100.05, side, Costs(slippage_bps=10.0), 0.1) == pytest.approx(got)
    assert slipped(100.05, side, Costs(), 0.1) == 100.05


def test_the_machine_holds_as_well_as_the_formula() -> None:
    """The strategy of that name on an account without rules: it buys a bar later, in whole steps, and has not sold yet."""
    page = played("no trade, a position left open").page
    found = page["analysis"]["buy_and_hold"]
    assert found["return"] == pytest.approx(page["analysis"]["buy_and_hold"]["account"]["return"], rel=0.002)
    assert found["max_drawdown"] == pytest.approx(page["max_drawdown"], rel=0.002)
    assert found["sharpe"] == pytest.approx(page["metrics"]["sharpe"], rel=0.002)
