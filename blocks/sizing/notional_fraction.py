"""Hold a share of equity as position value."""

from pydantic import Field

from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.plan import SizingMethod


class NotionalFraction(Sizing):
    """A position worth `fraction` of present equity."""

    fraction: float = Field(1.0, gt=0, description="position value over equity, 1 = all of it without leverage")

    def complete(self, draft: Draft) -> None:
        """Gives `sizing_method`, `sizing_value`."""
        draft.plans["sizing_method"] = SizingMethod.NOTIONAL_OF_EQUITY
        draft.plans["sizing_value"] = self.fraction
