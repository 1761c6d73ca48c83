"""A voter: an oscillator at its ends."""

from typing import Self

from pydantic import Field, model_validator

from runner.columns.picked import ColumnName, picked
from runner.columns.votes import graded, voting
from runner.model.block import Entry, Indicator
from runner.model.market import Market
from runner.model.reason import Reason, at_least, at_most
from runner.model.signal import Signals


class OscillatorLevels(Entry):
    """Votes against extremes of an oscillator: +1 from `buy` down, +2 from `strong_buy`, −1 from `sell` up, −2 from `strong_sell`."""

    indicator: Indicator = Field(description="the block that computes the oscillator")
    column: ColumnName = Field(None, description="which of its columns; null = its first")
    strong_buy: float = Field(20.0, description="at or below it the vote is +2")
    buy: float = Field(30.0, description="at or below it the vote is +1")
    sell: float = Field(70.0, description="at or above it the vote is −1")
    strong_sell: float = Field(80.0, description="at or above it the vote is −2")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.strong_buy <= self.buy < self.sell <= self.strong_sell:
            levels = f"{self.strong_buy}, {self.buy}, {self.sell}, {self.strong_sell}"
            raise ValueError(f"strong_buy, buy, sell, strong_sell must rise, were {levels}")
        return self

    def signals(self, market: Market) -> Signals:
        """The vote at every bar; the contribution is the column, under its own name."""
        name, value = picked(self.indicator, self.column, market.bars)
        vote = graded(value <= self.buy, value <= self.strong_buy, value >= self.sell, value >= self.strong_sell)
        return voting(vote, {name: value})

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The column against the nearer of its levels."""
        name, column = picked(self.indicator, self.column, market.bars)
        low = column[row] < (self.buy + self.sell) / 2
        return [at_most(name, column[row], self.buy) if low else at_least(name, column[row], self.sell)]
