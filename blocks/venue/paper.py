"""A venue that costs nothing, for comparisons."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from runner.model.block import Venue


class Paper(Venue):
    """Fills at the price asked, without fees, slippage or funding: results then depend on the strategy alone.

    gives: the costs of runner.model.bot.Costs, all zero unless set.
    """

    taker_fee_bps: float = Field(default=0.0, ge=-10, le=100, description="fee of market and stop fills in basis points")
    maker_fee_bps: float = Field(default=0.0, ge=-10, le=100, description="fee of resting fills in basis points")
    slippage_bps: float = Field(default=0.0, ge=0, le=1000, description="price given up on market and stop fills, in basis points")
    leverage: float | None = Field(default=None, ge=1, le=200, description="leverage; null = the instrument's maximum")
    isolated_margin: bool = Field(default=False, description="true: each position answers with its own margin only")

    def options(self) -> dict[str, Any]:
        """The fields of Costs."""
        return {**self.model_dump(), "funding": False, "funding_rate": 0.0, "funding_reserve": 0}
