"""Add to a position that wins."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.distance import distances
from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.plan import MAX_TIERS


class Pyramid(Sizing):
    """What `of` asks for, and further entries in profit that rest from the first fill on. Sizing by risk counts them in."""

    of: Sizing = Field(description="the block that sizes the first entry")
    steps: int = Field(2, ge=1, le=MAX_TIERS, description="further entries")
    every: float = Field(1.0, gt=0, allow_inf_nan=False, description="distance from one entry to the next, in the unit")
    unit: Literal["r", "fraction", "atr"] = Field("r", description="r: stop's distance; fraction: entry price; atr: ranges")
    fraction: float = Field(0.5, gt=0, le=10, description="size of the first step, of the first entry's quantity")
    shrink: float = Field(1.0, gt=0, le=1, description="each further step times this, 0.5 = half of the step before; 1 = all alike")
    length: int = Field(14, ge=1, description="bars of the average true range, for unit atr")

    def complete(self, draft: Draft) -> None:
        """Needs `stop` for unit r; gives what `of` gives and `add_price`, `add_fraction`, `add_count`, without steps at no price."""
        self.of.complete(draft)
        away = np.outer(self.every * distances(draft, self.unit, self.length), np.arange(1, self.steps + 1))
        draft.withdraw(np.any(np.isnan(away), axis=1))
        draft.withdraw(np.any(away < draft.half_tick, axis=1), "a further entry would lie at the first one")
        prices = draft.entry[:, None] + draft.side[:, None] * away
        reached = prices >= draft.half_tick
        shares = self.fraction * self.shrink ** np.arange(self.steps)
        draft.plans["add_price"][:, : self.steps] = np.where(reached, prices, np.nan)
        draft.plans["add_fraction"][:, : self.steps] = np.where(reached, shares, 0.0)
        draft.plans["add_count"] = reached.sum(axis=1)

    def keep_to(self, habits: NDArray[Any]) -> None:
        """What `of` asks of the strategy's own trades."""
        self.of.keep_to(habits)
