"""The filter `template`."""

import pytest

from blocks.filter.template import Template
from tests.samples import market


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize(("volume", "passes"), [(9.99, False), (10.0, True), (10.01, True)])
def test_the_volume_is_needed_in_both_directions(volume: float, passes: bool, direction: int) -> None:
    """Below, at and above the minimum."""
    answer = Template(minimum_volume=10.0).passes(market([1, 2, 3], volume), direction)
    assert answer.tolist() == [passes] * 3


def test_a_negative_volume_is_refused() -> None:
    """A minimum below zero is out of range."""
    with pytest.raises(ValueError, match="minimum_volume"):
        Template(minimum_volume=-1.0)
