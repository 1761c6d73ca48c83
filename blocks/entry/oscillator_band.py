"""A voter: an oscillator that runs without being exhausted."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from runner.columns.picked import ColumnName, picked
from runner.columns.votes import voting
from runner.model.block import Entry, Indicator
from runner.model.market import Market
from runner.model.reason import Reason, above, below, beyond
from runner.model.signal import Signals


class OscillatorBand(Entry):
    """Votes with an oscillator: long while it lies between `middle` and `upper`, short between `lower` and `middle`; else nothing."""

    indicator: Indicator = Field(description="the block that computes the oscillator")
    column: ColumnName = Field(None, description="which of its columns; null = its first")
    lower: float = Field(30.0, description="at or below it a fall is exhausted")
    middle: float = Field(50.0, description="above it the votes are for long, below it for short")
    upper: float = Field(70.0, description="at or above it a rise is exhausted")
    vote: float = Field(1.0, gt=0, le=2, description="size of the vote")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.lower < self.middle < self.upper:
            raise ValueError(f"lower, middle, upper must rise, were {self.lower}, {self.middle}, {self.upper}")
        return self

    def signals(self, market: Market) -> Signals:
        """The vote at every bar; the contribution is the column, under its own name."""
        name, value = picked(self.indicator, self.column, market.bars)
        inside = (value > self.lower) & (value < self.upper)
        return voting(np.where(inside, self.vote * np.sign(value - self.middle), 0.0), {name: value})

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The column against the middle, and against the end it runs to."""
        name, column = picked(self.indicator, self.column, market.bars)
        value = column[row]
        if value >= self.middle:
            return [beyond(name, value, self.middle, 1), below(name, value, self.upper, words="above that it is exhausted")]
        return [beyond(name, value, self.middle, -1), above(name, value, self.lower, words="below that it is exhausted")]
