"""Trade only near a supply or demand zone."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.near import distance
from runner.columns.supply_demand import ZoneTerms
from runner.model.bars import Floats
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason, at_least, at_most


class NearZone(ZoneTerms, Filter):
    """Longs where the close stands in or just above a demand zone, shorts in or just below a supply zone."""

    proximity: float = Field(0.001, ge=0, lt=1, description="farthest from the zone, over the close, 0.001 = 0.1 %")
    min_strength: float = Field(0.0, ge=0, description="strength the zone has at least")

    def near(self, market: Market, direction: int) -> tuple[Floats, Floats]:
        """Distance from the nearest zone over the close, NaN without one, and the zone's strength; float64, shape (n,)."""
        columns, name = self.on_market(market), "demand" if direction > 0 else "supply"
        away = distance(market.bars.close, columns[f"{name}_lower"], columns[f"{name}_upper"], direction)
        return away, columns[f"{name}_strength"]

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """False where there is no zone."""
        away, strength = self.near(market, direction)
        return (away <= self.proximity) & (strength >= self.min_strength)

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """Distance and strength of the nearest zone."""
        away, strength = (values[row] for values in self.near(market, direction))
        name = "demand zone below" if direction > 0 else "supply zone above"
        near = at_most(f"distance from the {name} over price", away, self.proximity, "fraction")
        return [near, at_least("strength of the zone", strength, self.min_strength)]
