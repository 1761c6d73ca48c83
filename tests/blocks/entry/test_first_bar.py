"""The entry `first_bar`."""

import pytest

from blocks.entry.first_bar import FirstBar
from tests.samples import market


@pytest.mark.parametrize(("closes", "direction"), [([1, 2, 3], [1, 0, 0]), ([1], [1])])
def test_buys_once(closes: list[float], direction: list[int]) -> None:
    """On the first bar and never again."""
    assert FirstBar().signals(market(closes)).direction.tolist() == direction
