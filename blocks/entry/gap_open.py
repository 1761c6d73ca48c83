"""Open fair value gaps: trade the return into one."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.near import touches, touches_told
from runner.columns.open_gaps import SIDES, GapTerms
from runner.model.bars import Floats
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import WhenOpen
from runner.model.reason import Reason
from runner.model.signal import Signals


class GapOpen(GapTerms, Entry):
    """Long where a bar comes from above into the nearest open gap that a rise left and does not close below it, short mirrored.

    The gap is the one known a bar earlier. Levels: `zone_lower`, `zone_upper`, `boundary`.
    """

    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("ignore", description="what a signal does while a position is open")

    def gaps(self, market: Market) -> dict[int, tuple[Floats, Floats]]:
        """Edges of the nearest open gap, by side."""
        columns = self.on_market(market)
        return {side: (columns[f"{name}_lower"], columns[f"{name}_upper"]) for name, side in SIDES.items()}

    def signals(self, market: Market) -> Signals:
        """One signal where the visit begins."""
        ones = np.ones(len(market.bars))
        return touches(market.bars, self.gaps(market), {1: ones, -1: ones}, WhenOpen[self.when_open.upper()])

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The touch of the gap that came nearest to a signal."""
        return touches_told(market.bars, self.gaps(market), row, {1: [], -1: []})
