"""Leave when an indicator's column passes a level."""

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from runner.columns.picked import ColumnName, picked
from runner.model.bars import Bars, Floats
from runner.model.block import Exit, Indicator
from runner.model.draft import Draft, joined


class ColumnExit(Exit):
    """Closes longs and shorts at the close of a bar at which a column of `indicator` passes a level, each side at its own."""

    indicator: Indicator = Field(description="the block that computes the column")
    column: ColumnName = Field(None, description="which of its columns; null = its first")
    measure: Literal["column", "close_minus_column"] = Field("column", description="what is held against the levels")
    when: Literal["crosses", "beyond"] = Field("crosses", description="crosses: at the bar that passes it; beyond: at every bar beyond it")
    long_above: float | None = Field(None, description="a long is closed above this; null = never")
    long_below: float | None = Field(None, description="a long is closed below this; null = never")
    short_above: float | None = Field(None, description="a short is closed above this; null = never")
    short_below: float | None = Field(None, description="a short is closed below this; null = never")

    @model_validator(mode="after")
    def _some_level(self) -> Self:
        if all(level is None for level in (self.long_above, self.long_below, self.short_above, self.short_below)):
            raise ValueError("expected at least one of long_above, long_below, short_above and short_below")
        return self

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `exit_column`."""
        values = self.values(draft.market.bars)
        longs = self.passed(values, self.long_above) | self.passed(-values, _minus(self.long_below))
        shorts = self.passed(values, self.short_above) | self.passed(-values, _minus(self.short_below))
        draft.leave(joined(np.where(longs, 1.0, 0.0), np.where(shorts, -1.0, 0.0)))

    def values(self, bars: Bars) -> Floats:
        """What is held against the levels, float64, shape (n,)."""
        column = picked(self.indicator, self.column, bars)[1]
        return column if self.measure == "column" else bars.close - column

    def passed(self, values: Floats, level: float | None) -> NDArray[np.bool_]:
        """Where the values are above the level, or have just come above it; never where they are not known."""
        if level is None:
            return np.zeros(len(values), np.bool_)
        above = values > level
        if self.when == "crosses":
            above[1:] &= values[:-1] <= level
            above[:1] = False
        return above


def _minus(level: float | None) -> float | None:
    return None if level is None else -level
