"""No filter."""

import numpy as np
from numpy.typing import NDArray

from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason


class Always(Filter):
    """Lets everything pass: the written-down empty choice."""

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """True everywhere."""
        return np.ones(len(market.bars), np.bool_)

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """Nothing is asked."""
        return [Reason(name="asks nothing", holds=True)]
