"""Trailing stop at a distance of average true ranges."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.distance import positive
from runner.columns.volatility import atr
from runner.model.block import Exit
from runner.model.draft import Draft
from runner.model.plan import TrailStart, TrailUpdate


class AtrTrail(Exit):
    """Stop that follows the best price at `multiple` average true ranges."""

    part = "trail"
    multiple: float = Field(3.0, gt=0, description="average true ranges between the best price and the stop")
    length: int = Field(14, ge=1, description="bars of the average true range")
    after_target: int = Field(0, ge=0, le=10, description="starts when this target is hit, 1 = the first; 0 = at the entry")
    range_at: Literal["signal", "every_bar"] = Field("signal", description="the range as at the signal bar, or at each bar since")
    update: Literal["native", "bar_close"] = Field("native", description="native: also inside a bar; bar_close: at bar closes only")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives the trail's fields; withdraws plans whose range is not warm or zero."""
        distance = positive(self.multiple * atr(draft.market.bars, self.length))
        draft.plans["trail_distance"] = draft.at(distance)
        if self.range_at == "every_bar":
            draft.plans["trail_column"] = draft.attach(distance)
        draft.plans["trail_update"] = TrailUpdate[self.update.upper()]
        draft.plans["trail_start"] = TrailStart.AFTER_TARGET if self.after_target else TrailStart.AT_ENTRY
        draft.plans["trail_start_value"] = self.after_target
        draft.withdraw(np.isnan(draft.at(distance)))
