"""Trade more on some days of the week and less on others."""

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.hours import weekdays_of
from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.terms import WEEKDAYS, Weekday, Zone

Factor = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]


class WeekdayMultiplier(Sizing):
    """What `of` asks for, times a factor of the day on which the signal acts (its bar's close)."""

    of: Sizing = Field(description="the block that sizes")
    factors: dict[Weekday, Factor] = Field(min_length=1, description="factor by day, {mon: 0.5, fri: 0}; 0 = no trade, 1 where not named")
    zone: Zone = Field("UTC", description="IANA time zone in which a day begins at midnight")

    def complete(self, draft: Draft) -> None:
        """Gives what `of` gives; withdraws plans of days whose factor is 0."""
        self.of.complete(draft)
        factors = np.array([self.factors.get(day, 1.0) for day in WEEKDAYS])[weekdays_of(draft.market.bars, self.zone)[draft.rows]]
        draft.withdraw(factors == 0, "nothing is traded on this day of the week")
        draft.plans["sizing_value"] *= np.where(factors == 0, 1.0, factors)

    def keep_to(self, habits: NDArray[Any]) -> None:
        """What `of` asks of the strategy's own trades."""
        self.of.keep_to(habits)
