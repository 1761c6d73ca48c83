"""Out after a while."""

from pydantic import Field

from runner.model.block import Exit
from runner.model.draft import Draft


class Template(Exit):
    """Closes the position `bars` bars after its fill, whatever the price."""

    bars: int = Field(10, ge=1, description="bars of the strategy's timeframe from the fill on")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `time_stop_ms`."""
        draft.plans["time_stop_ms"] = self.bars * draft.market.bars.timeframe_ms
