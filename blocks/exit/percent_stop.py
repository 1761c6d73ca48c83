"""Protective stop at a share of the price."""

from pydantic import Field

from runner.model.block import Exit
from runner.model.draft import Draft


class PercentStop(Exit):
    """Stop `fraction` of the entry price away from it."""

    part = "stop"
    fraction: float = Field(0.02, gt=0, lt=1, description="of the entry price, 0.02 = 2 %")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `stop`."""
        draft.protect(draft.entry * (1.0 - draft.side * self.fraction))
