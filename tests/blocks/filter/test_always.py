"""The filter `always`."""

from blocks.filter.always import Always
from tests.samples import market


def test_everything_passes() -> None:
    """In both directions."""
    assert [Always().passes(market([1, 2]), direction).all() for direction in (1, -1)] == [True, True]
