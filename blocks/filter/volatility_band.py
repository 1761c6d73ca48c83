"""Trade only while prices move neither too little nor too much."""

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from runner.columns.volatility import atr, realised
from runner.model.bars import Bars, Floats
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason, at_least, at_most

NAMES = {"atr": "average true range over price", "realised": "deviation of log returns"}


class VolatilityBand(Filter):
    """Passes while a bar's usual move, as a fraction of the price, lies between `lower` and `upper`."""

    measure: Literal["atr", "realised"] = Field("atr", description="average true range over price, or standard deviation of log returns")
    length: int = Field(14, ge=2, description="bars it is measured over")
    lower: float | None = Field(0.004, ge=0, description="smallest move that passes; null = no bound")
    upper: float | None = Field(0.04, gt=0, description="largest move that passes; null = no bound")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        lower, upper = self.lower, self.upper
        if (lower is None and upper is None) or (lower is not None and upper is not None and lower > upper):
            raise ValueError(f"expected lower, upper or both, in this order, was {lower} and {upper}")
        return self

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions, bounds included; False until warm."""
        move = self._move(market.bars)
        return (move >= (self.lower or 0.0)) & (move <= (np.inf if self.upper is None else self.upper))

    def _move(self, bars: Bars) -> Floats:
        """A bar's usual move as a fraction of the price; NaN until warm."""
        return realised(bars, self.length) if self.measure == "realised" else atr(bars, self.length) / bars.close

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The move against each bound there is."""
        name, move = NAMES[self.measure], self._move(market.bars)[row]
        low = [] if self.lower is None else [at_least(name, move, self.lower, "fraction")]
        return low + ([] if self.upper is None else [at_most(name, move, self.upper, "fraction")])
