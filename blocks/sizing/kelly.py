"""Risk a share of what the closed trades say is best for growth."""

from typing import Any, Self

from numpy.typing import NDArray
from pydantic import Field, model_validator

from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.plan import SizingMethod


class Kelly(Sizing):
    """A share of the Kelly fraction of the strategy's closed trades, counted in R, as risk of the present equity. Needs a stop.

    With p the share of trades won, a the mean loss and b the mean win in R the Kelly fraction is p / a - (1 - p) / b.
    """

    share: float = Field(0.5, gt=0, le=1, description="of the Kelly fraction; 0.5 = half Kelly")
    start_risk_fraction: float = Field(0.005, gt=0, le=1, description="risk of equity while there are too few trades to tell")
    least_trades: int = Field(30, ge=2, description="closed trades before the statistics count")
    least_risk_fraction: float = Field(0.0025, ge=0, le=1, description="never less; 0 = stop trading where there is no edge, for good")
    most_risk_fraction: float = Field(0.02, gt=0, le=1, description="never more, whatever the trades say")
    max_leverage: float | None = Field(None, gt=0, description="position value over equity; null = the account's own limit")

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if not self.least_risk_fraction <= self.start_risk_fraction <= self.most_risk_fraction:
            bounds = f"{self.least_risk_fraction:g}, {self.start_risk_fraction:g}, {self.most_risk_fraction:g}"
            raise ValueError(f"expected least_risk_fraction <= start_risk_fraction <= most_risk_fraction, was {bounds}")
        return self

    def complete(self, draft: Draft) -> None:
        """Gives `sizing_method`, `sizing_value`, `max_leverage`."""
        draft.plans["sizing_method"] = SizingMethod.KELLY
        draft.plans["sizing_value"] = self.share
        if self.max_leverage is not None:
            draft.plans["max_leverage"] = self.max_leverage

    def keep_to(self, habits: NDArray[Any]) -> None:
        """Gives `kelly_trades`, `kelly_start`, `kelly_least`, `kelly_most`."""
        habits["kelly_trades"] = self.least_trades
        habits["kelly_start"] = self.start_risk_fraction
        habits["kelly_least"] = self.least_risk_fraction
        habits["kelly_most"] = self.most_risk_fraction
