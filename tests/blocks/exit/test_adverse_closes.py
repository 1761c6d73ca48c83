"""Leaving in parts as bars close against the position."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from blocks.exit.adverse_closes import AdverseCloses, Tier
from tests.blocks.drafts import pair


def test_tiers_stand_in_the_plan_by_rising_count() -> None:
    """However they were named."""
    made = pair()
    AdverseCloses(tiers={"late": Tier(closes=4, fraction=0.6), "soon": Tier(closes=2, fraction=0.3)}).complete(made)
    assert (made.plans["adverse_close_count"] == 2).all()
    assert (made.plans["adverse_close_after"][:, :2] == [2, 4]).all()
    assert (made.plans["adverse_close_fraction"][:, :2] == [0.3, 0.6]).all()


@pytest.mark.parametrize(
    ("tiers", "said"),
    [
        ({}, "at least 1"),
        ({"a": {"closes": 2, "fraction": 0.5}, "b": {"closes": 2, "fraction": 0.5}}, "a different number of closes"),
        ({"a": {"closes": 2, "fraction": 0.8}, "b": {"closes": 3, "fraction": 0.5}}, "sum to at most 1"),
        ({str(n): {"closes": n + 1, "fraction": 0.1} for n in range(5)}, "at most 4"),
        ({"a": {"closes": 0, "fraction": 0.5}}, "greater than or equal to 1"),
    ],
)
def test_tiers_that_mean_nothing_are_refused(tiers: dict[str, Any], said: str) -> None:
    """When the block is built."""
    with pytest.raises(ValidationError, match=said):
        AdverseCloses(tiers=tiers)
