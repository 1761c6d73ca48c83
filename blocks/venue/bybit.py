"""Bybit's USDT perpetuals: what trading costs there."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from runner.model.block import Venue


class Bybit(Venue):
    """USDT perpetuals at Bybit. Fees of null take the instrument's own.

    gives: the costs of runner.model.bot.Costs. refuses: fees and slippage out of any sensible range.
    """

    environment: Literal["demo", "testnet", "live"] = Field(default="demo", description="which of the venue's worlds orders would go to")
    taker_fee_bps: float | None = Field(
        default=None, ge=-10, le=100, description="fee of market and stop fills in basis points; null = the instrument's"
    )
    maker_fee_bps: float | None = Field(
        default=None, ge=-10, le=100, description="fee of resting fills in basis points; null = the instrument's"
    )
    slippage_bps: float = Field(default=1.0, ge=0, le=1000, description="price given up on market and stop fills, in basis points")
    leverage: float | None = Field(default=10.0, ge=1, le=200, description="leverage set at the venue; null = the instrument's maximum")
    isolated_margin: bool = Field(default=True, description="true: each position answers with its own margin only")
    funding: bool = Field(default=True, description="false: no funding is paid or received")
    funding_rate: float = Field(default=0.0001, ge=-0.01, le=0.01, description="assumed rate per payment where history is missing")
    funding_reserve: int = Field(default=3, ge=0, le=100, description="funding payments the gate keeps free for each position")

    def options(self) -> dict[str, Any]:
        """The fields of Costs."""
        return self.model_dump(exclude={"environment"})
