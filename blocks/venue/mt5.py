"""A broker's MT5: what trading CFDs costs there."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from runner.model.block import Venue


class Mt5(Venue):
    """CFDs on MT5 (or cTrader, Match-Trader): a spread, a commission for each lot and side, no funding. Swaps are not reckoned.

    gives: the costs of runner.model.bot.Costs. refuses: costs out of any sensible range.
    """

    environment: Literal["demo", "live"] = Field(default="demo", description="which of the venue's worlds orders would go to")
    spread_points: float = Field(
        default=0.0, ge=0, le=10_000, description="spread in points, the instrument's ticks; half is paid with each market and stop fill"
    )
    commission_per_lot: float = Field(
        default=0.0, ge=0, le=1000, description="commission for one lot and side, account currency; FX and metals have one"
    )
    commission_bps: float = Field(
        default=0.0, ge=0, le=100, description="commission of each side in basis points of the value; crypto and shares have one"
    )
    slippage_bps: float = Field(default=1.0, ge=0, le=1000, description="price given up on market and stop fills, in basis points")
    leverage: float | None = Field(default=30.0, ge=1, le=1000, description="leverage of the account; null = the instrument's maximum")

    def options(self) -> dict[str, Any]:
        """The fields of Costs; one account answers for all positions, so margin is shared."""
        return {
            "taker_fee_bps": self.commission_bps,
            "maker_fee_bps": self.commission_bps,
            "slippage_bps": self.slippage_bps,
            "fee_per_lot": self.commission_per_lot,
            "spread_ticks": self.spread_points,
            "leverage": self.leverage,
            "isolated_margin": False,
            "funding": False,
            "funding_rate": 0.0,
            "funding_reserve": 0,
        }
