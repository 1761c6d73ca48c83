"""The venue that costs nothing."""

from __future__ import annotations

from blocks.venue.paper import Paper
from runner.model.bot import Costs
from tests.rulebooks import refusal


def test_costs_nothing() -> None:
    """No fees, no slippage, no funding, no isolated margin."""
    free = Costs(
        taker_fee_bps=0.0,
        maker_fee_bps=0.0,
        slippage_bps=0.0,
        leverage=None,
        isolated_margin=False,
        funding=False,
        funding_rate=0.0,
        funding_reserve=0,
    )
    assert Costs(**Paper().options()) == free


def test_a_fee_may_be_set() -> None:
    """Comparisons with a commission set it here."""
    assert Paper(taker_fee_bps=5.5).options()["taker_fee_bps"] == 5.5


def test_has_no_environment() -> None:
    """Nothing is ever sent, so there is no world to send it to."""
    assert "environment: Extra inputs" in refusal(Paper, environment="live")
