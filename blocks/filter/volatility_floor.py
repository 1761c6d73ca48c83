"""Trade only when prices move enough."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.volatility import atr
from runner.model.block import Filter
from runner.model.market import Market


class VolatilityFloor(Filter):
    """Passes while the average true range is at least `min_fraction` of the price."""

    min_fraction: float = Field(0.004, ge=0, description="average true range over price")
    length: int = Field(14, ge=1, description="bars of the average true range")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions; False until the range is warm."""
        return atr(market.bars, self.length) >= self.min_fraction * market.bars.close
