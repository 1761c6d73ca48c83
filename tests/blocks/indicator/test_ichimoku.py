"""The indicator `ichimoku`."""

import math

import numpy as np
import pytest

from blocks.indicator.ichimoku import Ichimoku
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, highest, lowest, shipped


@pytest.mark.parametrize("displacement", [26, 25, 0])
@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str, displacement: int) -> None:
    """Middles of 9, 26 and 52 bars, the spans `displacement` bars old (N. Elliott, Ichimoku Charts, 2007)."""
    bars = shipped(symbol)
    rows = range(len(bars))
    highs, lows = bars.high.tolist(), bars.low.tolist()
    tenkan, kijun, wide = ([(highest(highs, row, length) + lowest(lows, row, length)) / 2 for row in rows] for length in (9, 26, 52))
    columns = Ichimoku(displacement=displacement).columns(bars)
    agrees(columns["tenkan"], tenkan)
    agrees(columns["kijun"], kijun)
    one = [(tenkan[row - displacement] + kijun[row - displacement]) / 2 if row >= displacement else NAN for row in rows]
    two = [wide[row - displacement] if row >= displacement else NAN for row in rows]
    agrees(columns["senkou_a"], one)
    agrees(columns["senkou_b"], two)
    agrees(columns["cloud_top"], [NAN if math.isnan(b) else max(a, b) for a, b in zip(one, two, strict=True)])
    agrees(columns["cloud_bottom"], [NAN if math.isnan(b) else min(a, b) for a, b in zip(one, two, strict=True)])


def test_the_cloud_of_a_bar_is_that_of_bars_before() -> None:
    """Lengths of one bar and two bars back: the spans are the middles of the bar two before."""
    bars = candles([(n, n + 1, n, n) for n in (1, 5, 3, 8)])
    columns = Ichimoku(tenkan=1, kijun=1, senkou=1, displacement=2).columns(bars)
    np.testing.assert_array_equal(columns["senkou_a"], [np.nan, np.nan, 1.5, 5.5])
    np.testing.assert_array_equal(columns["tenkan"], [1.5, 5.5, 3.5, 8.5])
    assert not {name for name in columns if "chikou" in name}
