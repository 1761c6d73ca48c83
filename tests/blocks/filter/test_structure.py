"""The filter `structure`."""

import numpy as np
import pytest

from blocks.filter.structure import Structure
from blocks.indicator.swings import Swings
from tests.blocks.looked_at import drawn, of
from tests.blocks.shipped import stretch


@pytest.mark.parametrize(
    ("closes", "passes"),
    [([3, 5, 4, 6, 5, 7], (True, False)), ([7, 5, 6, 4, 5, 3], (False, True)), ([4, 6, 3, 7, 5, 6], (False, False))],
    ids=["higher highs and lows", "lower ones", "a lower high after a higher low"],
)
def test_the_trend_of_the_swings(closes: list[float], passes: tuple[bool, bool]) -> None:
    """Bars that are one price; a swing is known a bar later."""
    looked = drawn([(close,) * 4 for close in [*closes, closes[-2]]])
    assert tuple(bool(Structure(reach=1).passes(looked, side)[-1]) for side in (1, -1)) == passes


def test_is_the_column_of_the_indicator() -> None:
    """On real bars, of the day as well."""
    bars = stretch("BTCUSDT")
    for timeframe in (None, "1d"):
        trend = Swings(timeframe=timeframe).columns(bars)["trend"]
        np.testing.assert_array_equal(Structure(timeframe=timeframe).passes(of(bars), -1), trend == -1)
