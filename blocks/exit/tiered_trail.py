"""Trailing stop whose distance depends on the profit."""

from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from runner.columns.distance import distances
from runner.model.draft import Draft
from runner.model.plan import MAX_TIERS
from runner.model.trail import Trail, fits


class Tier(BaseModel):
    """One distance and the profit from which it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    profit: float = Field(ge=0, allow_inf_nan=False, description="best profit from which it holds, in the trail's unit; 0 = at once")
    distance: float = Field(gt=0, allow_inf_nan=False, description="between the best price and the stop, in the trail's unit")


class TieredTrail(Trail):
    """Stop that follows the best price at the distance of the highest tier the best price has reached; before the first there is none."""

    tiers: dict[str, Tier] = Field(min_length=1, max_length=MAX_TIERS, description="distances by a name of your choice")
    unit: Literal["r", "fraction", "atr"] = Field("fraction", description="r: stop's distance; fraction: entry price; atr: ranges")
    length: int = Field(14, ge=1, description="bars of the average true range, for unit atr")

    @model_validator(mode="after")
    def _rise(self) -> Self:
        """Refuses two tiers that begin together, and shares that are no fractions."""
        tiers = self.sorted()
        if len({each.profit for each in tiers}) < len(tiers):
            raise ValueError(f"tiers must begin at different profits, were {[each.profit for each in tiers]}")
        if self.unit == "fraction" and max(max(each.profit, each.distance) for each in tiers) >= 1:
            raise ValueError("expected profits and distances as fractions of the price below 1, 0.03 = 3 %")
        return self

    def sorted(self) -> list[Tier]:
        """The tiers, smallest profit first."""
        return sorted(self.tiers.values(), key=lambda each: each.profit)

    def complete(self, draft: Draft) -> None:
        """Needs `stop` for unit r; gives the trail's fields, `tier_profit`, `tier_distance`, `tier_count`."""
        one, tiers = distances(draft, self.unit, self.length), self.sorted()
        draft.plans["tier_profit"][:, : len(tiers)] = np.outer(one, [each.profit for each in tiers])
        draft.plans["tier_distance"][:, : len(tiers)] = np.outer(one, [each.distance for each in tiers])
        draft.plans["tier_count"] = len(tiers)
        self.begin(draft)
        for each in tiers:
            fits(draft, one * each.distance)
