"""Trailing stop at a share of the price."""

from pydantic import Field

from runner.model.draft import Draft
from runner.model.trail import Trail


class PercentTrail(Trail):
    """Stop that follows the best price at `fraction` of the entry price, the same distance from first to last."""

    fraction: float = Field(0.02, gt=0, lt=1, description="of the entry price, 0.02 = 2 %")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives the trail's fields."""
        self.follow(draft, self.fraction * draft.entry)
