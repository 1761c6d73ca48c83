"""Profit targets by the width of the gap."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from runner.model.block import Exit
from runner.model.draft import Draft


class GapLadder(Exit):
    """Two targets measured from the entry, each the larger of a multiple of the gap and another measure; the rest runs on."""

    part = "targets"
    first_fraction: float = Field(0.7, gt=0, le=1, description="share of the position closed at the first target")
    first_gaps: float = Field(2.0, gt=0, description="first target, in gap widths")
    first_r: float = Field(2.0, gt=0, description="and at least this many R")
    second_fraction: float = Field(0.2, gt=0, lt=1, description="share of the initial position closed at the second target")
    second_gaps: float = Field(3.5, gt=0, description="second target, in gap widths")
    second_of_first: float = Field(1.75, gt=1, description="and at least this multiple of the first target's distance")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.first_fraction + self.second_fraction > 1 + 1e-9:
            raise ValueError(f"fractions must sum to at most 1, were {self.first_fraction} and {self.second_fraction}")
        return self

    def complete(self, draft: Draft) -> None:
        """Needs `stop` and level `gap`; gives `target_price`, `target_fraction`, `target_count`."""
        gap = draft.level("gap")
        first = np.maximum(self.first_gaps * gap, self.first_r * draft.risk)
        second = np.maximum(self.second_gaps * gap, self.second_of_first * first)
        prices = draft.entry + draft.side * np.stack((first, second))
        draft.aim(prices.T, (self.first_fraction, self.second_fraction))
