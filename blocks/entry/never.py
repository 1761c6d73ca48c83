"""No entry."""

import numpy as np

from runner.columns.moving import constant
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason
from runner.model.signal import Signals


class Never(Entry):
    """Has no opinion at any bar: the written-down empty choice."""

    def signals(self, market: Market) -> Signals:
        """0 everywhere."""
        count = len(market.bars)
        return Signals(direction=np.zeros(count, np.int8), strength=constant(0.0, count))

    def explain(self, market: Market, row: int) -> list[Reason]:
        """It has nothing to say."""
        return [Reason(name="never speaks", holds=False)]
