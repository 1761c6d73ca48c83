"""The exit `r_targets`."""

import numpy as np
import pytest

from blocks.exit.r_targets import RTargets
from tests.blocks.drafts import pair


def test_one_target_at_a_multiple_of_the_risk() -> None:
    """A stop 5 away and 2 R make a target 10 away."""
    draft = pair(stop=5.0)
    RTargets(r=2.0).complete(draft)
    np.testing.assert_allclose(draft.plans["target_price"][:, 0], [110, 90])
    assert draft.plans["target_fraction"][:, 0].tolist() == [1, 1]
    assert draft.plans["target_count"].tolist() == [1, 1]


def test_a_ladder() -> None:
    """Further targets follow in order with their own fractions."""
    draft = pair(stop=5.0)
    RTargets(r=1.0, fraction=0.5, further_r=[2.0, 3.0], further_fractions=[0.3, 0.2]).complete(draft)
    np.testing.assert_allclose(draft.plans["target_price"][0, :3], [105, 110, 115])
    np.testing.assert_allclose(draft.plans["target_fraction"][1, :4], [0.5, 0.3, 0.2, 0])
    assert draft.plans["target_count"].tolist() == [3, 3]


@pytest.mark.parametrize(
    ("fraction", "r", "fractions"),
    [
        pytest.param(1.0, [3.0], [], id="lists of unequal length"),
        pytest.param(0.5, [1.0], [0.5], id="targets that do not rise"),
        pytest.param(0.6, [3.0], [0.5], id="fractions above 1"),
        pytest.param(0.6, [3.0], [0.0], id="a fraction of 0"),
    ],
)
def test_contradictions_are_refused(fraction: float, r: list[float], fractions: list[float]) -> None:
    """The ladder has to fit together."""
    with pytest.raises(ValueError, match=r"further_r|targets must rise"):
        RTargets(r=2.0, fraction=fraction, further_r=r, further_fractions=fractions)
