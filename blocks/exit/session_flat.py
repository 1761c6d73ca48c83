"""Nothing is held past a time of day."""

import numpy as np
from pydantic import Field

from runner.columns.hours import last_before
from runner.model.block import Exit
from runner.model.draft import BOTH_SIDES, Draft
from runner.model.terms import Clock, Duration, duration_ms


class SessionFlat(Exit):
    """Closes positions and withdraws resting entries at the last bar close at or before a time of day."""

    flat_by: Clock = Field(description="time of day at which everything is closed, on some weekdays if any are named")
    before: Duration | None = Field(None, description="at least this long before it, '30m'; null = a close at that very time will do")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `exit_column` and `cancel_column`."""
        due = last_before(draft.market.bars, self.flat_by, duration_ms(self.before))
        column = np.where(due, BOTH_SIDES, 0.0)
        draft.leave(column)
        draft.cancel(column)
