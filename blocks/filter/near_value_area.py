"""Trade only near an end of the value area."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.terms import ProfileTerms
from runner.model.bars import Floats
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason, at_most

ENDS: dict[str, dict[int, tuple[str, ...]]] = {
    "own": {1: ("val",), -1: ("vah",)},
    "any": {1: ("val", "poc", "vah"), -1: ("val", "poc", "vah")},
}


class NearValueArea(ProfileTerms, Filter):
    """Longs near the lower end of the value area, shorts near the upper one; or both near any price of the profile."""

    proximity: float = Field(0.001, ge=0, lt=1, description="farthest from the price, over the close, 0.001 = 0.1 %")
    prices: Literal["own", "any"] = Field("own", description="own: lower end for longs, upper for shorts; any: either end and the poc")

    def away(self, market: Market, direction: int) -> Floats:
        """Distance of the close from the nearest of the prices over the close, float64, shape (n,); NaN without a profile."""
        columns, close = self.on_market(market), market.bars.close
        distances = [np.abs(close - columns[name]) / close for name in ENDS[self.prices][direction]]
        nearest: Floats = np.minimum.reduce(distances)
        return nearest

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """False until there is a profile."""
        return self.away(market, direction) <= self.proximity

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The distance from the nearest of the prices."""
        name = "the value area" if self.prices == "any" else f"the value area's {'lower' if direction > 0 else 'upper'} end"
        return [at_most(f"distance from {name} over price", self.away(market, direction)[row], self.proximity, "fraction")]
