"""Trade one side only."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason


class Sides(Filter):
    """Lets longs pass, shorts, or both."""

    allowed: Literal["both", "long", "short"] = Field("both", description="which side may be traded")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same at every bar."""
        return np.full(len(market.bars), self.holds(direction))

    def holds(self, direction: int) -> bool:
        """Whether this direction may be traded."""
        return self.allowed in ("both", "long" if direction > 0 else "short")

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The side against the one that is allowed."""
        words = f"{'a long' if direction > 0 else 'a short'}, and {self.allowed} may be traded"
        return [Reason(name="side may be traded", holds=self.holds(direction), words=words)]
