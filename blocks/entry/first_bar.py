"""Buy once, at the beginning."""

import numpy as np

from runner.columns.moving import constant
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason, at_most
from runner.model.signal import Signals


class FirstBar(Entry):
    """Long on the first bar there is, and never again."""

    def signals(self, market: Market) -> Signals:
        """+1 on the first bar."""
        direction = np.zeros(len(market.bars), np.int8)
        direction[:1] = 1
        return Signals(direction=direction, strength=constant(1.0, len(direction)))

    def explain(self, market: Market, row: int) -> list[Reason]:
        """Which bar it is."""
        return [at_most("number of the bar", row + 1, 1, "count")]
