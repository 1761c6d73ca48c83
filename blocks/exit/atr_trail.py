"""Trailing stop at a distance of average true ranges."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.volatility import atr
from runner.model.draft import Draft
from runner.model.trail import Trail


class AtrTrail(Trail):
    """Stop that follows the best price at `multiple` average true ranges."""

    multiple: float = Field(3.0, gt=0, description="average true ranges between the best price and the stop")
    length: int = Field(14, ge=1, description="bars of the average true range")
    range_at: Literal["signal", "every_bar"] = Field("signal", description="the range as at the signal bar, or at each bar since")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives the trail's fields; withdraws plans whose range is not warm, below a tick or as large as the price."""
        distance = self.multiple * atr(draft.market.bars, self.length)
        self.follow(draft, draft.at(distance))
        if self.range_at == "every_bar":
            known = (distance > draft.market.instrument.tick * (1 - 1e-9)) & (distance < draft.market.bars.close)
            draft.plans["trail_column"] = draft.attach(np.where(known, distance, np.nan))
