"""The exit `gap_ladder`."""

import numpy as np
import pytest

from blocks.exit.gap_ladder import GapLadder
from tests.blocks.drafts import pair


@pytest.mark.parametrize(
    ("gap", "stop", "first", "second"),
    [
        pytest.param(3.0, 2.0, 6.0, 10.5, id="the gap is the larger measure"),
        pytest.param(1.0, 2.0, 4.0, 7.0, id="the risk is the larger measure"),
        pytest.param(2.0, 2.0, 4.0, 7.0, id="both are equal"),
    ],
)
def test_targets(gap: float, stop: float, first: float, second: float) -> None:
    """First at the larger of two gaps and 2 R, second at the larger of 3.5 gaps and 1.75 times the first."""
    draft = pair(stop=stop, gap=gap)
    GapLadder().complete(draft)
    np.testing.assert_allclose(draft.plans["target_price"][:, :2], [[100 + first, 100 + second], [100 - first, 100 - second]])
    np.testing.assert_allclose(draft.plans["target_fraction"][:, :3], [[0.7, 0.2, 0.0]] * 2)
    assert draft.plans["target_count"].tolist() == [2, 2]


def test_fractions_above_the_whole_are_refused() -> None:
    """More than the position cannot be closed."""
    with pytest.raises(ValueError, match="sum to at most 1"):
        GapLadder(first_fraction=0.9, second_fraction=0.2)
