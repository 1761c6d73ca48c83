"""A futures broker: what trading contracts costs there."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from runner.model.block import Venue


class Futures(Venue):
    """Exchange-traded futures (CME): fees for each contract and side, slippage in ticks, no funding.

    gives: the costs of runner.model.bot.Costs. refuses: costs out of any sensible range.
    """

    environment: Literal["demo", "live"] = Field(default="demo", description="which of the venue's worlds orders would go to")
    fee_per_contract: float = Field(
        ge=0, le=1000, description="commission, exchange and clearing fees for one contract and side, account currency"
    )
    slippage_ticks: float = Field(default=1.0, ge=0, le=1000, description="ticks given up on market and stop fills")
    leverage: float | None = Field(default=None, ge=1, le=1000, description="leverage by the day margin; null = the instrument's maximum")

    def options(self) -> dict[str, Any]:
        """The fields of Costs; slippage is a spread of twice as many ticks, half of it paid with each market and stop fill."""
        return {
            "taker_fee_bps": 0.0,
            "maker_fee_bps": 0.0,
            "slippage_bps": 0.0,
            "fee_per_lot": self.fee_per_contract,
            "spread_ticks": 2 * self.slippage_ticks,
            "leverage": self.leverage,
            "isolated_margin": False,
            "funding": False,
            "funding_rate": 0.0,
            "funding_reserve": 0,
        }
