"""Time stop by the clock."""

from pydantic import Field

from runner.model.block import Exit
from runner.model.draft import Draft
from runner.model.terms import Duration, duration_ms


class TimeStop(Exit):
    """Closes the position at the first bar close that is at least `after` later than its fill."""

    after: Duration = Field("1d", description="how long after the fill, '90m', '12h', '1d'")
    unless_target_hit: bool = Field(True, description="only while no target was hit")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `time_stop_ms`, `time_stop_needs_no_target`."""
        draft.plans["time_stop_ms"] = duration_ms(self.after)
        draft.plans["time_stop_needs_no_target"] = self.unless_target_hit
