"""The sizing `volatility_target`."""

from typing import Literal

import numpy as np
import pytest

from blocks.sizing.volatility_target import VolatilityTarget
from runner.model.market import Market
from runner.model.plan import SizingMethod
from tests.blocks.candles import candles
from tests.blocks.drafts import flat, pair
from tests.samples import PLAIN

STEP = 0.01  # of every bar, up and down in turn: log returns of ±STEP


def swinging() -> Market:
    """4h bars whose closes swing about 100."""
    closes = 100.0 * np.exp(STEP * (np.arange(40) % 2))
    return Market(bars=candles([(each, each, each, each) for each in closes]), instrument=PLAIN)


DEVIATION = STEP * np.sqrt(10 / 9)  # of ten returns, as many up as down, with Bessel's correction


@pytest.mark.parametrize(
    ("per", "one"), [pytest.param("bar", DEVIATION, id="a bar"), pytest.param("year", DEVIATION * np.sqrt(365 * 6), id="six bars a day")]
)
def test_value_over_equity_is_the_target_over_the_deviation(per: Literal["bar", "year"], one: float) -> None:
    """Over its horizon."""
    draft = pair(swinging())
    VolatilityTarget(target_fraction=0.5 * one, per=per, length=10).complete(draft)
    assert draft.plans["sizing_method"].tolist() == [SizingMethod.NOTIONAL_OF_EQUITY] * 2
    np.testing.assert_allclose(draft.plans["sizing_value"], 0.5)


def test_a_cap_holds_where_prices_hardly_move() -> None:
    """Twice the equity and no more."""
    draft = pair(swinging())
    VolatilityTarget(target_fraction=1.0, per="bar", length=10, max_multiple=2.0).complete(draft)
    assert draft.plans["sizing_value"].tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("market", "row", "why"),
    [
        pytest.param(swinging(), 9, "a number it needs is not known yet", id="too young"),
        pytest.param(flat(), 20, "its market does not move", id="dead"),
    ],
)
def test_without_a_deviation_the_plan_is_withdrawn(market: Market, row: int, why: str) -> None:
    """Nothing can be divided by it."""
    draft = pair(market, row=row)
    VolatilityTarget(length=10).complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]
    assert draft.why(0) == why
