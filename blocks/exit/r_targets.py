"""Profit targets in multiples of the risk."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from runner.model.block import Exit
from runner.model.draft import Draft
from runner.model.plan import MAX_TARGETS


class RTargets(Exit):
    """Targets at multiples of the distance between entry and stop (R)."""

    part = "targets"
    r: float = Field(2.0, gt=0, description="first target, in R")
    fraction: float = Field(1.0, gt=0, le=1, description="share of the position closed there")
    further_r: list[float] = Field(default_factory=list, max_length=MAX_TARGETS - 1, description="further targets, in R, rising")
    further_fractions: list[float] = Field(default_factory=list, description="share of the initial position closed at each of them")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        steps, shares = [self.r, *self.further_r], [self.fraction, *self.further_fractions]
        if len(steps) != len(shares):
            raise ValueError(f"further_r and further_fractions must be equally long, were {len(steps) - 1} and {len(shares) - 1}")
        if sorted(set(steps)) != steps or min(shares) <= 0 or sum(shares) > 1 + 1e-9:
            raise ValueError(f"targets must rise and their fractions be positive and sum to at most 1, were {steps} and {shares}")
        return self

    def complete(self, draft: Draft) -> None:
        """Needs `stop`; gives `target_price`, `target_fraction`, `target_count`."""
        distance = np.outer(draft.risk, [self.r, *self.further_r])
        draft.aim(draft.entry[:, None] + draft.side[:, None] * distance, [self.fraction, *self.further_fractions])
