"""The indicator `keltner`."""

import numpy as np

from blocks.indicator.keltner import Keltner
from tests.blocks.drafts import flat
from tests.blocks.indicator.textbook import ON_REAL_BARS, agrees, exponential, shipped, true_ranges, wilder


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """EMA(20) and 2 ATR(10) to either side (C. Keltner 1960 as changed by L. Raschke; stockcharts.com, Keltner Channels)."""
    bars = shipped(symbol)
    middle, reach = exponential(bars.close.tolist(), 20), wilder(true_ranges(bars), 10)
    columns = Keltner().columns(bars)
    agrees(columns["middle"], middle)
    agrees(columns["upper"], [line + 2 * each for line, each in zip(middle, reach, strict=True)])
    agrees(columns["lower"], [line - 2 * each for line, each in zip(middle, reach, strict=True)])


def test_edges_are_ranges_away() -> None:
    """Bars from 98 to 102 around 100: three ranges of 4 to either side; all three wait for the slower of average and range."""
    columns = Keltner(length=3, range_length=5, width=3.0).columns(flat(6).bars)
    np.testing.assert_allclose(columns["upper"], [np.nan] * 4 + [112, 112])
    np.testing.assert_allclose(columns["middle"], [np.nan] * 4 + [100, 100])
    np.testing.assert_allclose(columns["lower"], [np.nan] * 4 + [88, 88])
