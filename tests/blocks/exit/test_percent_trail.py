"""The exit `percent_trail`."""

import numpy as np
import pytest

from blocks.exit.percent_trail import PercentTrail
from runner.model.plan import TrailStart, TrailUpdate
from tests.blocks.drafts import pair


def test_follows_at_a_share_of_the_entry_price() -> None:
    """Two percent of 100."""
    draft = pair()
    PercentTrail(fraction=0.02).complete(draft)
    np.testing.assert_allclose(draft.plans["trail_distance"], 2)
    assert draft.plans["trail_start"].tolist() == [TrailStart.AT_ENTRY] * 2
    assert draft.plans["trail_update"].tolist() == [TrailUpdate.NATIVE] * 2


def test_may_wait_for_a_profit() -> None:
    """One percent beyond the entry, on the position's side."""
    draft = pair()
    PercentTrail(start_fraction=0.01).complete(draft)
    assert draft.plans["trail_start"].tolist() == [TrailStart.AT_PRICE] * 2
    np.testing.assert_allclose(draft.plans["trail_start_value"], [101, 99])


def test_may_not_wait_for_two_things() -> None:
    """A target and a profit."""
    with pytest.raises(ValueError, match="waits for one thing"):
        PercentTrail(after_target=1, start_fraction=0.01)


@pytest.mark.parametrize("fraction", [0.0, 1.0])
def test_no_distance_and_the_whole_price_are_refused(fraction: float) -> None:
    """2 would be 200 %."""
    with pytest.raises(ValueError, match="fraction"):
        PercentTrail(fraction=fraction)
