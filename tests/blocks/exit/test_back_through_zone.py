"""The exit `back_through_zone`."""

import numpy as np

from blocks.exit.back_through_zone import BackThroughZone
from tests.blocks.drafts import pair


def test_invalidation_lies_one_range_behind_the_entry_side() -> None:
    """A long entered above 99 is wrong under 95, a short entered below 97 over 101."""
    draft = pair(zone_lower=97.0, zone_upper=99.0)
    BackThroughZone(multiple=1.0).complete(draft)
    np.testing.assert_allclose(draft.plans["invalidation"], [95, 101])


def test_plans_before_the_range_is_warm_are_withdrawn() -> None:
    """Without a range there is no level to watch."""
    draft = pair(row=3, zone_lower=97.0, zone_upper=99.0)
    BackThroughZone().complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]
