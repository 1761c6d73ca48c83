"""The indicator `williams_r`."""

import numpy as np

from blocks.indicator.williams_r import WilliamsR
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import ON_REAL_BARS, agrees, highest, lowest, shipped


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """-100 (highest high - C) / (highest high - lowest low) (L. Williams, How I Made One Million Dollars, 1973)."""
    bars, length = shipped(symbol), 14
    highs, lows = bars.high.tolist(), bars.low.tolist()
    expected = []
    for row, close in enumerate(bars.close.tolist()):
        top, bottom = highest(highs, row, length), lowest(lows, row, length)
        expected.append(-100 * (top - close) / (top - bottom))
    agrees(WilliamsR(length=length).columns(bars)["williams_r"], expected, atol=1e-12)


def test_top_and_bottom_of_the_range() -> None:
    """0 at the highest high, -100 at the lowest low, unknown without a range."""
    column = WilliamsR(length=2).columns(candles([(5, 5, 5, 5), (5, 5, 5, 5), (5, 9, 5, 9), (9, 9, 3, 3)]))["williams_r"]
    np.testing.assert_array_equal(column, [np.nan, np.nan, 0, -100])
