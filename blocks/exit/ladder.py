"""Profit targets by name, each at its distance."""

from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from runner.columns.distance import distances
from runner.model.block import Exit
from runner.model.draft import Draft
from runner.model.plan import MAX_TARGETS


class Target(BaseModel):
    """One step of the ladder."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    at: float = Field(gt=0, allow_inf_nan=False, description="distance from the entry, in the ladder's unit")
    fraction: float = Field(ge=0, le=1, description="share of the initial position closed there; 0 = no such target")


class Ladder(Exit):
    """Up to ten targets, nearest first whatever their names; what their shares leave over runs on."""

    part = "targets"
    targets: dict[str, Target] = Field(min_length=1, description="targets by a name of your choice")
    unit: Literal["r", "fraction", "atr"] = Field("r", description="r: of the stop's distance; fraction: of the entry price; atr: ranges")
    length: int = Field(14, ge=1, description="bars of the average true range, for unit atr")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        steps, shares = [each.at for each in self.used()], [each.fraction for each in self.used()]
        if not 0 < len(steps) <= MAX_TARGETS:
            raise ValueError(f"expected 1 to {MAX_TARGETS} targets with a fraction above 0, was {len(steps)}")
        if len(set(steps)) < len(steps) or sum(shares) > 1 + 1e-9:
            raise ValueError(f"targets must differ and their fractions sum to at most 1, were at {steps} with {shares}")
        if self.unit == "fraction" and steps[-1] >= 1:
            raise ValueError(f"expected targets at fractions of the price below 1, 0.01 = 1 %, was {steps[-1]:g}")
        return self

    def used(self) -> list[Target]:
        """The targets that close anything, nearest first."""
        return sorted((each for each in self.targets.values() if each.fraction > 0), key=lambda each: each.at)

    def complete(self, draft: Draft) -> None:
        """Needs `stop` for unit r; gives `target_price`, `target_fraction`, `target_count`."""
        away = np.outer(distances(draft, self.unit, self.length), [each.at for each in self.used()])
        draft.aim(draft.entry[:, None] + draft.side[:, None] * away, [each.fraction for each in self.used()])
