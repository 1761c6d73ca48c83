"""No entries near economic releases."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.columns.news import chosen, coming, near_release
from runner.model.block import Filter
from runner.model.duration import milliseconds
from runner.model.market import Market
from runner.model.reason import Reason
from runner.model.terms import Duration


class NewsWindow(Filter):
    """Refuses signals whose next bar reaches into the window around a release of the calendar."""

    before: Duration = Field("2h", description="how long before a release nothing is opened")
    after: Duration | None = Field(None, description="how long after it; null = until the release itself")
    currencies: list[str] = Field(default_factory=lambda: ["USD"], min_length=1, description="whose releases")
    events: list[str] = Field(default_factory=list, description="which of them, such as US_CPI; empty = all in the calendar")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """The same for both directions."""
        times = chosen(market.releases, self.currencies, self.events)
        return ~near_release(market, times, milliseconds(self.before), milliseconds(self.after) if self.after else 0)

    def explain(self, market: Market, row: int, direction: int) -> list[Reason]:
        """Whether the next bar reaches into a window, and which release comes next."""
        times = chosen(market.releases, self.currencies, self.events)
        close = int(market.bars.close_time[row])
        words = f"the next is {coming(times, close - (milliseconds(self.after) if self.after else 0))}"
        return [Reason(name="no release near the next bar", holds=bool(self.passes(market, direction)[row]), words=words)]
