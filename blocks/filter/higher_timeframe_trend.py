"""Trade only with the trend of a higher timeframe."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.moving import ema_of
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason, beyond
from runner.model.terms import Duration


class HigherTimeframeTrend(Filter):
    """Long while the last complete bar of `timeframe` closed above its exponential average, short while below."""

    timeframe: Duration = Field("1d", description="a multiple of the strategy's own, such as 1d over 4h")
    length: int = Field(20, ge=1, description="bars of that timeframe in the average")

    def timeframes(self) -> frozenset[str]:
        """The higher timeframe."""
        return frozenset({self.timeframe})

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """False until the average is warm."""
        higher = market.at(self.timeframe)
        distance = market.align(higher.close - ema_of(higher, self.length), higher)
        return direction * distance > 0

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The last complete higher bar's close against its average."""
        higher = market.at(self.timeframe)
        close = market.align(higher.close, higher)[row]
        average = market.align(ema_of(higher, self.length), higher)[row]
        return [beyond(f"last {self.timeframe} close over its average of {self.length}", close, average, direction, "price")]
