"""Trade only on some days of the week."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.hours import inside, wall
from runner.model.block import Filter
from runner.model.market import Market
from runner.model.reason import Reason
from runner.model.terms import Weekday as Day
from runner.model.terms import Window, Zone

WORKING: list[Day] = ["mon", "tue", "wed", "thu", "fri"]


class Weekday(Filter):
    """Passes where a signal acts, at its bar's close, on one of some days of the week."""

    days: list[Day] = Field(WORKING, min_length=1, description="the days: mon, tue, wed, thu, fri, sat, sun")
    zone: Zone = Field("UTC", description="IANA time zone in which the day begins at midnight")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions."""
        return inside(market.bars, Window(opens="00:00", closes="00:00", zone=self.zone, weekdays=self.days))

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """The day of the bar's close."""
        words = f"it is {wall(int(market.bars.close_time[row]), self.zone)} in {self.zone}"
        return [Reason(name=f"on {', '.join(self.days)}", holds=bool(self.passes(market, direction)[row]), words=words)]
