"""Risk the same share on every trade."""

from typing import Literal

from pydantic import Field

from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.plan import SizingMethod

METHODS = {
    "initial": SizingMethod.RISK_OF_INITIAL,
    "balance": SizingMethod.RISK_OF_BALANCE,
    "equity": SizingMethod.RISK_OF_EQUITY,
}


class FixedRisk(Sizing):
    """As much as loses `risk_fraction` at the stop, costs included. Needs a stop."""

    risk_fraction: float = Field(0.01, gt=0, le=1, description="share of the balance lost at the stop, 0.01 = 1 %")
    of: Literal["initial", "balance", "equity"] = Field(
        "initial",
        description="initial: of the starting balance; balance: without open results; equity: the lower of balance and equity",
    )
    max_leverage: float | None = Field(None, gt=0, description="position value over equity; null = the account's own limit")

    def complete(self, draft: Draft) -> None:
        """Gives `sizing_method`, `sizing_value`, `max_leverage`."""
        draft.plans["sizing_method"] = METHODS[self.of]
        draft.plans["sizing_value"] = self.risk_fraction
        if self.max_leverage is not None:
            draft.plans["max_leverage"] = self.max_leverage
