"""What CFDs cost on MT5."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.venue.mt5 import Mt5
from runner.model.bot import Costs
from tests.rulebooks import refusal


def test_every_option_reaches_the_costs() -> None:
    """Commission by lot and by value, the spread in ticks; no funding, one margin for all."""
    costs = Costs(**Mt5(spread_points=18.0, commission_per_lot=2.5, commission_bps=3.0, slippage_bps=0.5, leverage=100.0).options())
    expected = Costs(
        taker_fee_bps=3.0,
        maker_fee_bps=3.0,
        slippage_bps=0.5,
        fee_per_lot=2.5,
        spread_ticks=18.0,
        leverage=100.0,
        isolated_margin=False,
        funding=False,
        funding_rate=0.0,
        funding_reserve=0,
    )
    assert costs == expected


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"environment": "testnet"}, "'demo' or 'live'", id="a world MT5 does not have"),
        pytest.param({"spread_points": -1}, "greater than or equal to 0", id="a spread in our favour"),
        pytest.param({"commission_per_lot": "2.5"}, "valid number", id="text for a number"),
        pytest.param({"leverage": 0.5}, "greater than or equal to 1", id="no leverage at all"),
        pytest.param({"swap": 1}, "swap: Extra inputs", id="unknown key"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused."""
    assert message in refusal(Mt5, **parameters)
