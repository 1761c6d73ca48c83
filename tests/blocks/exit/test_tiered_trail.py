"""The exit `tiered_trail`."""

import numpy as np
import pytest

from blocks.exit.tiered_trail import Tier, TieredTrail
from tests.blocks.drafts import pair


def tiers(*pairs: tuple[float, float]) -> dict[str, Tier]:
    """Tiers named a, b, ... from (profit, distance)."""
    return {chr(97 + number): Tier(profit=profit, distance=distance) for number, (profit, distance) in enumerate(pairs)}


DOCUMENT = ((0.06, 0.015), (0.0, 0.03), (0.03, 0.02))


@pytest.mark.parametrize(
    ("unit", "one", "pairs"),
    [
        pytest.param("fraction", 100, DOCUMENT, id="fraction: of 100"),
        pytest.param("atr", 4, ((3, 0.5), (0, 2), (2, 1)), id="atr: the range is 4"),
        pytest.param("r", 5, ((3, 0.5), (0, 2), (2, 1)), id="r: the stop is 5 away"),
    ],
)
def test_distances_narrow_with_profit(unit: str, one: float, pairs: tuple[tuple[float, float], ...]) -> None:
    """Smallest profit first, whatever the order of the names."""
    draft = pair(stop=5.0)
    TieredTrail(tiers=tiers(*pairs), unit=unit).complete(draft)  # type: ignore[arg-type]
    wanted = one * np.array(sorted(pairs))
    np.testing.assert_allclose(draft.plans["tier_profit"][0, :3], wanted[:, 0])
    np.testing.assert_allclose(draft.plans["tier_distance"][1, :3], wanted[:, 1])
    assert draft.plans["tier_count"].tolist() == [3, 3]


@pytest.mark.parametrize(
    ("pairs", "match"),
    [
        pytest.param([(0.0, 0.02), (0.0, 0.01)], "different profits", id="two that begin together"),
        pytest.param([(0.0, 3.0)], "0.03 = 3 %", id="percent written as a number"),
        pytest.param([(0.01 * n, 0.02) for n in range(5)], "at most 4", id="five"),
        pytest.param([], "at least 1", id="none"),
    ],
)
def test_contradictions_are_refused(pairs: list[tuple[float, float]], match: str) -> None:
    """Four tiers at different profits."""
    with pytest.raises(ValueError, match=match):
        TieredTrail(tiers=tiers(*pairs))


def test_a_trail_without_a_distance_withdraws_the_plan() -> None:
    """A hundredth of a tick is none."""
    draft = pair()
    TieredTrail(tiers=tiers((0.0, 0.00001))).complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]
    assert draft.why(0) == "its trail would have no distance"


def test_a_trail_as_wide_as_the_price_withdraws_the_plan() -> None:
    """Its stop would stand at zero."""
    draft = pair()
    TieredTrail(tiers=tiers((0.0, 25.0)), unit="atr").complete(draft)
    assert draft.why(1) == "its trail would be as far away as the price is high"
