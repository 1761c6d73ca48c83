"""Trade only on volume."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.volume import ratio
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason, above


class VolumeAboveAverage(Filter):
    """Passes when the signal bar's volume exceeds `ratio` times its average."""

    ratio: float = Field(1.2, ge=0, description="volume over its average, more than this")
    length: int = Field(20, ge=1, description="bars of the average, the signal bar included")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions; False until the average is warm or where there is no volume."""
        return ratio(market.bars.volume, self.length) > self.ratio

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The bar's volume against its average."""
        return [above(f"volume over its average of {self.length}", ratio(market.bars.volume, self.length)[row], self.ratio, "times")]
