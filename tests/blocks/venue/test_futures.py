"""What futures cost."""

from __future__ import annotations

from blocks.venue.futures import Futures
from runner.model.bot import Costs
from tests.rulebooks import refusal


def test_every_option_reaches_the_costs() -> None:
    """A fee for each contract, twice the slipped ticks as a spread; no funding, one margin for all."""
    costs = Costs(**Futures(fee_per_contract=2.25, slippage_ticks=1.5, leverage=40.0).options())
    assert (costs.taker_fee_bps, costs.maker_fee_bps, costs.slippage_bps) == (0.0, 0.0, 0.0)
    assert (costs.fee_per_lot, costs.spread_ticks, costs.leverage) == (2.25, 3.0, 40.0)
    assert not costs.funding
    assert not costs.isolated_margin


def test_refuses() -> None:
    """No fee said, and one in our favour."""
    assert "fee_per_contract: Field required" in refusal(Futures)
    assert "greater than or equal to 0" in refusal(Futures, fee_per_contract=-1.0)
