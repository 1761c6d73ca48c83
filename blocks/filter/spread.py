"""Trade only where the spread is small against the price."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from runner.columns.volatility import atr
from runner.model.bars import Floats
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason, at_most


class Spread(Filter):
    """Passes while a spread of so many ticks is at most a share of the price, of the average true range, or both.

    Bars carry no quotes, so the spread is what is said here: one tick is the least a venue can have.
    """

    ticks: float = Field(1.0, gt=0, description="the usual spread in ticks of the instrument; 1 = the least there can be")
    max_fraction: float | None = Field(0.0005, gt=0, description="largest share of the price, 0.0005 = 5 basis points; null = no bound")
    max_of_atr: float | None = Field(None, gt=0, description="largest share of the average true range; null = no bound")
    length: int = Field(14, ge=1, description="bars of the average true range")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.max_fraction is None and self.max_of_atr is None:
            raise ValueError("expected max_fraction, max_of_atr or both")
        return self

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions; with max_of_atr False until the range is warm, and where there is none."""
        found = np.ones(len(market.bars), np.bool_)
        for _, measured, bound in self.measured(market):
            found &= measured <= bound
        return found

    def measured(self, market: Market) -> list[tuple[str, Floats, float]]:
        """What is asked: (name, spread as a share per bar, largest share)."""
        spread, asked = self.ticks * market.instrument.tick, []
        if self.max_fraction is not None:
            asked.append(("spread over price", spread / market.bars.close, self.max_fraction))
        if self.max_of_atr is not None:
            reach = atr(market.bars, self.length)
            asked.append(("spread over average true range", spread / np.where(reach > 0, reach, np.nan), self.max_of_atr))
        return asked

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """Each share against its bound."""
        return [at_most(name, values[row], bound, "fraction") for name, values, bound in self.measured(market)]
