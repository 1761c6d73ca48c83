"""The exit `atr_stop`."""

import numpy as np
import pytest

from blocks.exit.atr_stop import AtrStop
from tests.blocks.drafts import flat, pair


def test_stop_distance_is_a_multiple_of_the_range() -> None:
    """Two ranges of four are eight away, below a long and above a short."""
    draft = pair()
    AtrStop(multiple=2.0).complete(draft)
    np.testing.assert_allclose(draft.plans["stop"], [92, 108])


def test_distance_starts_at_the_limit_price_of_a_resting_entry() -> None:
    """An entry that waits at 98 has its stop from there."""
    draft = pair()
    draft.plans["entry_price"] = 98.0
    AtrStop(multiple=1.0).complete(draft)
    np.testing.assert_allclose(draft.plans["stop"], [94, 102])


@pytest.mark.parametrize(("row", "sides"), [(12, [0, 0]), (13, [1, -1])])
def test_plans_before_the_range_is_warm_are_withdrawn(row: int, sides: list[int]) -> None:
    """Fourteen bars make a range of length 14; a bar earlier there is none."""
    draft = pair(flat(), row=row)
    AtrStop(length=14).complete(draft)
    assert draft.plans["side"].tolist() == sides


def test_a_multiple_of_zero_is_refused() -> None:
    """A stop at the entry is no stop."""
    with pytest.raises(ValueError, match="multiple"):
        AtrStop(multiple=0.0)
