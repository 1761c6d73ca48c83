"""Trade the same value every time."""

from pydantic import Field

from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.plan import SizingMethod


class FixedNotional(Sizing):
    """A position worth `notional` in account currency, whatever the account has become; the rule book may still allow less."""

    notional: float = Field(gt=0, allow_inf_nan=False, description="position value in account currency")

    def complete(self, draft: Draft) -> None:
        """Gives `sizing_method`, `sizing_value`."""
        draft.plans["sizing_method"] = SizingMethod.NOTIONAL
        draft.plans["sizing_value"] = self.notional
