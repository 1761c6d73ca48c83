"""The exit `percent_stop`."""

import numpy as np
import pytest

from blocks.exit.percent_stop import PercentStop
from tests.blocks.drafts import pair


def test_stop_lies_a_share_of_the_price_away() -> None:
    """Two percent of 100."""
    draft = pair()
    PercentStop(fraction=0.02).complete(draft)
    np.testing.assert_allclose(draft.plans["stop"], [98, 102])


def test_share_is_of_the_price_of_a_resting_entry() -> None:
    """An entry that waits at 50 has its stop from there."""
    draft = pair()
    draft.plans["entry_price"] = 50.0
    PercentStop(fraction=0.1).complete(draft)
    np.testing.assert_allclose(draft.plans["stop"], [45, 55])


@pytest.mark.parametrize("fraction", [0.0, 1.0, 2.0])
def test_no_distance_and_the_whole_price_are_refused(fraction: float) -> None:
    """2 means 200 %."""
    with pytest.raises(ValueError, match="fraction"):
        PercentStop(fraction=fraction)
