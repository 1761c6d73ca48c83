"""Time stop."""

from pydantic import Field

from runner.model.block import Exit
from runner.model.draft import Draft


class Bars(Exit):
    """Closes the position `count` bars after its fill."""

    count: int = Field(7, ge=1, description="bars of the strategy's timeframe, from the fill")
    unless_target_hit: bool = Field(True, description="only while no target was hit")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `time_stop_ms`, `time_stop_needs_no_target`."""
        draft.plans["time_stop_ms"] = self.count * draft.market.bars.timeframe_ms
        draft.plans["time_stop_needs_no_target"] = self.unless_target_hit
