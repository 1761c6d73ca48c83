"""Trade the same quantity every time."""

from pydantic import Field

from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.plan import SizingMethod


class FixedQuantity(Sizing):
    """Always the same quantity; the rule book may still allow less."""

    quantity: float = Field(gt=0, description="in units of the venue (coins, lots)")

    def complete(self, draft: Draft) -> None:
        """Gives `sizing_method`, `sizing_value`."""
        draft.plans["sizing_method"] = SizingMethod.FIXED_QUANTITY
        draft.plans["sizing_value"] = self.quantity
