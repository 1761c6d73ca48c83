"""Trade only with the structure of swings."""

import numpy as np
from numpy.typing import NDArray

from runner.columns.terms import SwingTerms
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason, beyond


class Structure(SwingTerms, Filter):
    """Longs after a higher high and a higher low, shorts after a lower high and a lower low."""

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """False until two swings of each kind are confirmed."""
        return direction * self.on_market(market)["trend"] > 0

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The trend of the swings, with the last ones."""
        columns = {name: values[row] for name, values in self.on_market(market).items()}
        words = f"last swing high {columns['swing_high']:,.10g}, low {columns['swing_low']:,.10g}"
        return [beyond("trend of the swings", columns["trend"], 0.0, direction, "", words)]
