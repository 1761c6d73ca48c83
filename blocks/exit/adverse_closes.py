"""Leave step by step as bars close against the position."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from runner.model.block import Exit
from runner.model.draft import Draft
from runner.model.plan import MAX_TIERS


class Tier(BaseModel):
    """After `closes` in a row against the position, `fraction` of it is closed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    closes: int = Field(ge=1, description="signal bars in a row that closed worse than the one before")
    fraction: float = Field(gt=0, le=1, description="share of the first quantity closed at the next open")


class AdverseCloses(Exit):
    """Closes part of the position after so many signal bars in a row that closed worse than the bar before them, counted from the entry."""

    tiers: dict[str, Tier] = Field(
        default={"second": Tier(closes=2, fraction=0.5), "third": Tier(closes=3, fraction=0.5)},
        min_length=1,
        max_length=MAX_TIERS,
        description="tiers by a name of your choice",
    )

    @model_validator(mode="after")
    def _rise(self) -> Self:
        counts = [tier.closes for tier in self.tiers.values()]
        if len(set(counts)) < len(counts):
            raise ValueError(f"expected a different number of closes for each tier, was {counts}")
        if sum(tier.fraction for tier in self.tiers.values()) > 1 + 1e-9:
            raise ValueError("fractions must sum to at most 1")
        return self

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `adverse_close_count`, `adverse_close_after`, `adverse_close_fraction`."""
        tiers = sorted(self.tiers.values(), key=lambda tier: tier.closes)
        draft.plans["adverse_close_count"] = len(tiers)
        draft.plans["adverse_close_after"][:, : len(tiers)] = [tier.closes for tier in tiers]
        draft.plans["adverse_close_fraction"][:, : len(tiers)] = [tier.fraction for tier in tiers]
