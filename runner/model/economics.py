"""What a program costs and pays: price, fees, refund and split as dated data. What was not found stays null and is said to be missing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from runner.model.duration import milliseconds
from runner.model.terms import Count, Duration, Fraction, Multiple


def _sizes(value: Any) -> Any:
    """Account sizes as numbers, also where the command line made text of them."""
    if not isinstance(value, dict):
        return value
    wrong = [key for key in value if not str(key).isdigit()]
    if wrong:
        raise ValueError(f"expected account sizes such as 10000 as keys, was {wrong[0]!r}")
    return {int(key): fee for key, fee in value.items()}


Fee = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Fees = Annotated[Fee | dict[int, Fee] | None, BeforeValidator(_sizes)]


class Part(BaseModel):
    """A part of the economics: as strict as every section."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Split(Part):
    """The trader's share of a payout, and how it grows with the time since the account is funded."""

    start: Fraction = Field(description="share of the profit paid to the trader at first, 0.8")
    step: float = Field(0.0, ge=0, le=1, allow_inf_nan=False, description="what is added to the share each time")
    every: Duration | None = Field(None, description="after how long funded it is added, '120d'; null = it never grows")
    cap: Fraction | None = Field(None, description="the largest share; null = 1")

    def at(self, funded_ms: int) -> float:
        """The share after `funded_ms` milliseconds in the funded phase."""
        if self.every is None:
            return self.start
        return min(self.start + self.step * (funded_ms // milliseconds(self.every)), 1.0 if self.cap is None else self.cap)


class Economics(Part):
    """What an attempt costs and what a funded account pays, in `currency`. A fee is one number for every size, or one for each size.

    0 says that there is none; null that it was not found, and then nothing is computed from it in silence.
    """

    currency: str = Field(min_length=1, description="currency of the prices, USD")
    price: Fees = Field(None, description="what an attempt costs, by account size: {10000: 119.0}; null = not found")
    variant_price: dict[str, Fees] = Field(
        default_factory=dict, description="what a variant adds to the price, by variant and size: {swing: {10000: 49.0}}"
    )
    monthly: Fees = Field(None, description="fee for each month until the account is funded or lost; 0 = none, null = not found")
    activation: Fees = Field(None, description="fee when the account becomes funded; 0 = none, null = not found")
    reset_price: Fees = Field(None, description="what another attempt costs after a failure; null = not found, the full price is assumed")
    refund_fraction: float | None = Field(
        None, ge=0, le=1, allow_inf_nan=False, description="share of the price that comes back; 0 = none, null = not found"
    )
    refund_at_payout: Count | None = Field(None, description="with which payout it comes back, 1 = the first")
    split: Split | None = Field(None, description="the trader's share of payouts: {start: 0.8, step: 0.05, every: 120d, cap: 0.9}")
    exchange_rate: Multiple | None = Field(
        None,
        description="account currency for one unit of `currency`; needed where the two differ (1.0 for a dollar coin is an assumption)",
    )
    as_of: str = Field("", pattern=r"^(\d{4}-\d{2}(-\d{2})?)?$", description="when the numbers were read, '2026-09-20'")
    source: str = Field("", description="where they were read")
    confidence: Literal["A", "B", "?"] = Field("?", description="A the firm's own page, B older or secondary, ? open")
    notes: str = Field("", description="what else a buyer should know")

    @model_validator(mode="after")
    def _refund_has_a_payout(self) -> Economics:
        """Refuses a refund without the payout it comes with."""
        if self.refund_fraction and self.refund_at_payout is None:
            raise ValueError("expected refund_at_payout beside refund_fraction: with which payout does the money come back?")
        return self
