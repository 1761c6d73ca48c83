"""Trade only while an indicator lies in a range."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from runner.columns.picked import ColumnName, picked
from runner.model.bars import Floats
from runner.model.block import Filter, Indicator
from runner.model.market import Market
from runner.model.reason import Reason, at_least, at_most


class IndicatorRange(Filter):
    """Passes while a column of `indicator` lies between `lower` and `upper`, such as an RSI that is not overbought."""

    indicator: Indicator = Field(description="the block that computes the column")
    column: ColumnName = Field(None, description="which of its columns; null = its first")
    lower: float | None = Field(None, description="smallest value that passes; null = no bound")
    upper: float | None = Field(None, description="largest value that passes; null = no bound")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        lower, upper = self.lower, self.upper
        if (lower is None and upper is None) or (lower is not None and upper is not None and lower > upper):
            raise ValueError(f"expected lower, upper or both, in this order, was {lower} and {upper}")
        return self

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions; False until the column is warm."""
        _, values = self.read(market)
        lower, upper = (-np.inf if self.lower is None else self.lower), (np.inf if self.upper is None else self.upper)
        return (values >= lower) & (values <= upper)

    def read(self, market: Market) -> tuple[str, Floats]:
        """The column's name and its values, float64, shape (n,)."""
        return picked(self.indicator, self.column, market.bars)

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The column against each bound there is."""
        name, values = self.read(market)
        low = [] if self.lower is None else [at_least(name, values[row], self.lower)]
        return low + ([] if self.upper is None else [at_most(name, values[row], self.upper)])
