"""Hold the more the less prices move."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.volatility import realised
from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.duration import DAY_MS
from runner.model.plan import SizingMethod


class VolatilityTarget(Sizing):
    """A position whose value moves by `target_fraction` of equity in one standard deviation, as closes have moved lately."""

    target_fraction: float = Field(0.2, gt=0, allow_inf_nan=False, description="wanted standard deviation as a share of equity, 0.2 = 20 %")
    per: Literal["year", "bar"] = Field("year", description="the target's horizon")
    length: int = Field(30, ge=2, description="returns in the standard deviation, from one close to the next")
    max_multiple: float = Field(1.0, gt=0, allow_inf_nan=False, description="position value over equity, at most")
    days_per_year: float = Field(365, gt=0, le=366, description="trading days a year: 365 where trading never stops, 252 for stocks")

    def complete(self, draft: Draft) -> None:
        """Gives `sizing_method`, `sizing_value`; withdraws plans whose deviation is not warm or zero."""
        bars = draft.market.bars
        moves = draft.at(realised(bars, self.length))
        if self.per == "year":
            moves = moves * (self.days_per_year * DAY_MS / bars.timeframe_ms) ** 0.5
        draft.withdraw(np.isnan(moves))
        draft.withdraw(moves <= 0, "its market does not move")
        draft.plans["sizing_method"] = SizingMethod.NOTIONAL_OF_EQUITY
        multiple = self.target_fraction / np.where(moves > 0, moves, np.nan)
        draft.plans["sizing_value"] = np.where(np.isnan(multiple), self.max_multiple, np.minimum(multiple, self.max_multiple))
