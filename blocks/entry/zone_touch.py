"""Supply and demand zones: trade the return into one."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.near import before, touches, touches_told
from runner.columns.supply_demand import SIDES, ZoneTerms
from runner.model.bars import Floats
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import WhenOpen
from runner.model.reason import Reason, at_least
from runner.model.signal import Signals


class ZoneTouch(ZoneTerms, Entry):
    """Long where a bar comes into the nearest demand zone from above and does not close below it, short mirrored at supply.

    The zone is the one known a bar earlier, its strength the one before this touch. Levels: `zone_lower`, `zone_upper`, `boundary`.
    """

    min_strength: float = Field(0.0, ge=0, description="strength the zone had at least before the touch")
    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("ignore", description="what a signal does while a position is open")

    def zones(self, market: Market) -> tuple[dict[int, tuple[Floats, Floats]], dict[int, Floats]]:
        """Edges and strength of the nearest zone, by side."""
        columns = self.on_market(market)
        edges = {side: (columns[f"{name}_lower"], columns[f"{name}_upper"]) for name, side in SIDES.items()}
        return edges, {side: columns[f"{name}_strength"] for name, side in SIDES.items()}

    def signals(self, market: Market) -> Signals:
        """The strength is the zone's: 1 for one as strong as a fresh one."""
        edges, strength = self.zones(market)
        full = self.strengths[0] or 1.0
        worth = {side: np.where(values >= self.min_strength, np.maximum(values / full, 1e-9), 0.0) for side, values in strength.items()}
        return touches(market.bars, edges, worth, WhenOpen[self.when_open.upper()])

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The touch of the zone that came nearest to a signal, and the zone's strength."""
        edges, strength = self.zones(market)
        worth = {
            side: [at_least("strength of the zone before", before(values)[row], self.min_strength)] for side, values in strength.items()
        }
        return touches_told(market.bars, edges, row, worth)
