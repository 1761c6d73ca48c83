"""Nothing is held through economic releases."""

import numpy as np
from pydantic import Field

from runner.columns.news import chosen, near_release
from runner.model.block import Exit
from runner.model.draft import BOTH_SIDES, Draft
from runner.model.duration import milliseconds
from runner.model.terms import Duration


class BeforeNews(Exit):
    """Closes positions and withdraws resting entries at the last bar close that is at least `before` ahead of a release."""

    before: Duration = Field("2h", description="how long before a release everything is closed")
    currencies: list[str] = Field(default_factory=lambda: ["USD"], min_length=1, description="whose releases")
    events: list[str] = Field(default_factory=list, description="which of them, such as US_CPI; empty = all in the calendar")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `exit_column` and `cancel_column`."""
        times = chosen(draft.market.releases, self.currencies, self.events)
        near = near_release(draft.market, times, milliseconds(self.before), 0)
        column = np.where(near, BOTH_SIDES, 0.0)
        draft.leave(column)
        draft.cancel(column)
