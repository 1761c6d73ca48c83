"""What a user may say of an instrument; whatever is left out comes from the facts or is inferred."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from runner.model.duration import milliseconds


class Specification(BaseModel):
    """Fields of one instrument in user words; prices in quote currency, quantities in coins or lots, fees in basis points."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    quote: str | None = Field(default=None, min_length=1, description="currency the price is in")
    tick: float | None = Field(default=None, gt=0, description="smallest price step")
    quantity_step: float | None = Field(default=None, gt=0, description="smallest quantity step")
    min_quantity: float | None = Field(default=None, gt=0, description="smallest order")
    max_quantity: float | None = Field(default=None, gt=0, description="largest order")
    min_notional: float | None = Field(default=None, ge=0, description="smallest order value in quote currency")
    contract_size: float | None = Field(default=None, gt=0, description="units of the base per quantity")
    taker_fee_bps: float | None = Field(default=None, ge=-100, le=1000, description="fee of market orders, basis points of notional")
    maker_fee_bps: float | None = Field(default=None, ge=-100, le=1000, description="fee of resting orders, basis points of notional")
    maintenance_margin_fraction: float | None = Field(
        default=None, ge=0, lt=1, description="share of notional below which the venue liquidates"
    )
    max_leverage: float | None = Field(default=None, ge=1, description="highest leverage the venue allows")
    funding_interval: str | None = Field(default=None, description="time between funding payments, such as 8h")

    @field_validator("funding_interval")
    @classmethod
    def _duration(cls, value: str | None) -> str | None:
        if value is not None:
            milliseconds(value)
        return value

    def fields(self) -> Mapping[str, Any]:
        """What was said, in the words of `Instrument`."""
        said = self.model_dump(exclude_none=True)
        if "funding_interval" in said:
            said["funding_interval_ms"] = milliseconds(said.pop("funding_interval"))
        return said
