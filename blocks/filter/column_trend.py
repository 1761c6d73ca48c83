"""Trade only on the side of an indicator that prices are on."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from runner.columns.moving import constant
from runner.columns.picked import ColumnName, picked
from runner.model.bars import Floats
from runner.model.block import Filter, Indicator
from runner.model.market import Market
from runner.model.reason import Reason, beyond
from runner.model.terms import Duration


class ColumnTrend(Filter):
    """Longs while the close is above a column of `indicator`, shorts while below; or while the column is above and below a `level`."""

    indicator: Indicator = Field(description="the block that computes the column")
    column: ColumnName = Field(None, description="which of its columns; null = its first")
    short_column: ColumnName = Field(None, description="which of them for shorts, such as the other edge of a channel; null = the same")
    level: float | None = Field(None, description="the column must be above this for longs; null = the close above the column")
    short_level: float | None = Field(None, description="the column must be below this for shorts; null = the same as for longs")
    timeframe: Duration | None = Field(None, description="bars the column is computed on, a multiple of the strategy's own; null = those")

    @model_validator(mode="after")
    def _levels(self) -> Self:
        if self.level is None and self.short_level is not None:
            raise ValueError("short_level needs a level for longs")
        return self

    def timeframes(self) -> frozenset[str]:
        """The other timeframe where there is one, and what the indicator asks for."""
        return super().timeframes() | ({self.timeframe} if self.timeframe else set())

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """False until the column is warm, and where both are equal."""
        _, upper, lower = self._sides(market, direction)
        return direction * (upper - lower) > 0

    def _sides(self, market: Market, direction: int) -> tuple[str, Floats, Floats]:
        """What is said of it, what must be above for a long and what below, float64, shape (n,)."""
        bars = market.at(self.timeframe) if self.timeframe else market.bars
        short = direction < 0
        name, values = picked(self.indicator, (self.short_column if short else None) or self.column, bars)
        column = market.align(values, bars)
        if self.level is None:
            return f"close over {name}", market.bars.close, column
        level = self.short_level if short and self.short_level is not None else self.level
        return name, column, constant(level, len(column))

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The close against the column, or the column against its level."""
        name, upper, lower = self._sides(market, direction)
        where = f"{name} of {self.timeframe}" if self.timeframe else name
        return [beyond(where, upper[row], lower[row], direction, "price" if self.level is None else "")]
