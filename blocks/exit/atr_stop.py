"""Protective stop at a distance of average true ranges."""

from pydantic import Field

from runner.columns.volatility import atr
from runner.model.block import Exit
from runner.model.draft import Draft


class AtrStop(Exit):
    """Stop `multiple` average true ranges from the entry, as they stood at the signal bar."""

    part = "stop"
    multiple: float = Field(2.0, gt=0, description="average true ranges between entry and stop")
    length: int = Field(14, ge=1, description="bars of the average true range")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `stop`."""
        distance = self.multiple * draft.at(atr(draft.market.bars, self.length))
        draft.protect(draft.entry - draft.side * distance)
