"""The filter `volatility_floor`."""

import pytest

from blocks.filter.volatility_floor import VolatilityFloor
from tests.blocks.drafts import flat


@pytest.mark.parametrize(("fraction", "passes"), [(0.0399, True), (0.04, True), (0.0401, False)])
def test_floor_is_a_fraction_of_price(fraction: float, passes: bool) -> None:
    """A range of 4 at a price of 100 is exactly 0.04."""
    answer = VolatilityFloor(min_fraction=fraction, length=14).passes(flat(), 1)
    assert answer.tolist() == [False] * 13 + [passes] * 17
