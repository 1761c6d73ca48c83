"""Trade only back towards the mean, while much speaks for a return."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.terms import ReversionTerms
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason, at_least, beyond


class Reverting(ReversionTerms, Filter):
    """Longs below the mean and shorts above it, while distance, autocorrelation and Hurst exponent speak for a return.

    The number is the indicator reversion_strength: half distance, a quarter each of the other two.
    """

    min_strength: float = Field(50.0, ge=0, le=100, description="reversion strength at least, of 100")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """False until all three parts are known."""
        columns = self.on_market(market)
        return (columns["reversion_strength"] >= self.min_strength) & (direction * columns["reversion_side"] > 0)

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The strength, and the side of the mean."""
        strength, side = (self.on_market(market)[name][row] for name in ("reversion_strength", "reversion_side"))
        words = "+1 below the mean, -1 above it"
        return [
            at_least("reversion strength", strength, self.min_strength),
            beyond("side of the return", side, 0.0, direction, "", words),
        ]
