"""Trade only when prices move enough."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.volatility import atr
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason, at_least


class VolatilityFloor(Filter):
    """Passes while the average true range is at least `min_fraction` of the price."""

    min_fraction: float = Field(0.004, ge=0, description="average true range over price")
    length: int = Field(14, ge=1, description="bars of the average true range")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions; False until the range is warm."""
        return atr(market.bars, self.length) >= self.min_fraction * market.bars.close

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The average true range against its share of the price."""
        reach, price = atr(market.bars, self.length)[row], market.bars.close[row]
        reason = at_least("average true range over price", reach / price, self.min_fraction, "fraction")
        return [replace(reason, holds=bool(reach >= self.min_fraction * price))]
