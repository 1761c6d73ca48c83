"""What every trailing stop has in common: when it starts and when it moves."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from runner.model.bars import Floats
from runner.model.block import Exit
from runner.model.draft import Draft
from runner.model.plan import MAX_TARGETS, TrailStart, TrailUpdate


class Trail(Exit):
    """A stop that follows the best price since the entry and never goes back. The blocks built on it say at which distance.

    gives: `trail_start`, `trail_start_value`, `trail_update`. refuses: two starts at once.
    """

    part = "trail"
    after_target: int = Field(0, ge=0, le=MAX_TARGETS, description="starts when this target is hit, 1 = the first; 0 = at the entry")
    start_fraction: float = Field(
        0.0, ge=0, lt=1, description="or starts once the market is this share of the entry price in profit; 0 = at the entry"
    )
    update: Literal["native", "bar_close"] = Field("native", description="native: also inside a bar; bar_close: at bar closes only")

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        """Refuses a trail that waits for two things."""
        if self.after_target and self.start_fraction:
            raise ValueError(f"a trail waits for one thing, not for target {self.after_target} and a profit of {self.start_fraction:g}")
        return self

    def begin(self, draft: Draft) -> None:
        """Write when the trail starts and when it moves."""
        draft.plans["trail_update"] = TrailUpdate[self.update.upper()]
        draft.plans["trail_start"] = self._start()
        at = draft.entry * (1.0 + draft.side * self.start_fraction) if self.start_fraction else float(self.after_target)
        draft.plans["trail_start_value"] = at

    def follow(self, draft: Draft, distance: Floats) -> None:
        """Write the distance of each plan, shape (k,), and when the trail starts; withdraws plans that would have none."""
        self.begin(draft)
        draft.plans["trail_distance"] = distance
        fits(draft, distance)

    def _start(self) -> TrailStart:
        """What it waits for."""
        if self.after_target:
            return TrailStart.AFTER_TARGET
        return TrailStart.AT_PRICE if self.start_fraction else TrailStart.AT_ENTRY


def fits(draft: Draft, distance: Floats) -> None:
    """Withdraw plans whose trail would be nearer than a tick, or as far as the price is high; distances of shape (k,)."""
    draft.withdraw(~np.isfinite(distance))
    draft.withdraw(distance < draft.market.instrument.tick * (1 - 1e-9), "its trail would have no distance")
    draft.withdraw(distance > draft.entry - draft.half_tick, "its trail would be as far away as the price is high")
