"""Close parts of a losing position on the way to its stop."""

from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from runner.columns.distance import distances
from runner.model.block import Exit
from runner.model.draft import Draft
from runner.model.plan import MAX_TIERS


class Step(BaseModel):
    """One part and where it is closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    at: float = Field(gt=0, allow_inf_nan=False, description="distance from the entry, at a loss, in the block's unit")
    fraction: float = Field(ge=0, le=1, description="share of the initial position closed there; 0 = no such step")


class StepOut(Exit):
    """Up to four parts closed at a loss, nearest first whatever their names; the stop closes the rest. Those beyond the stop never come."""

    steps: dict[str, Step] = Field(min_length=1, description="steps by a name of your choice")
    unit: Literal["r", "fraction", "atr"] = Field("r", description="r: of the stop's distance; fraction: of the entry price; atr: ranges")
    length: int = Field(14, ge=1, description="bars of the average true range, for unit atr")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        places, shares = [each.at for each in self.used()], [each.fraction for each in self.used()]
        if not 0 < len(places) <= MAX_TIERS:
            raise ValueError(f"expected 1 to {MAX_TIERS} steps with a fraction above 0, was {len(places)}")
        if len(set(places)) < len(places) or sum(shares) > 1 + 1e-9:
            raise ValueError(f"steps must differ and their fractions sum to at most 1, were at {places} with {shares}")
        if self.unit == "fraction" and places[-1] >= 1:
            raise ValueError(f"expected steps at fractions of the price below 1, 0.01 = 1 %, was {places[-1]:g}")
        return self

    def used(self) -> list[Step]:
        """The steps that close anything, nearest first."""
        return sorted((each for each in self.steps.values() if each.fraction > 0), key=lambda each: each.at)

    def complete(self, draft: Draft) -> None:
        """Needs `stop` for unit r; gives `adverse_price`, `adverse_fraction`, `adverse_count`, without steps at no price."""
        used = self.used()
        away = np.outer(distances(draft, self.unit, self.length), [each.at for each in used])
        draft.withdraw(np.any(~np.isfinite(away), axis=1))
        draft.withdraw(np.any(away < draft.half_tick, axis=1), "a part would be closed at the entry")
        prices = draft.entry[:, None] - draft.side[:, None] * away
        reached = prices >= draft.half_tick
        draft.plans["adverse_price"][:, : len(used)] = np.where(reached, prices, np.nan)
        draft.plans["adverse_fraction"][:, : len(used)] = np.where(reached, [each.fraction for each in used], 0.0)
        draft.plans["adverse_count"] = reached.sum(axis=1)
