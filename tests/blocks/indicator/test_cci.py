"""The indicator `cci`."""

import numpy as np

from blocks.indicator.cci import Cci
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, mean, shipped, typical, window


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """(TP - mean) / (0.015 mean deviation) (D. Lambert, Commodity Channel Index, Commodities, October 1980)."""
    bars, length = shipped(symbol), 20
    prices = typical(bars)
    expected = []
    for row in range(len(prices)):
        last = window(prices, row, length)
        apart = mean([abs(price - mean(last)) for price in last])
        expected.append((prices[row] - mean(last)) / (0.015 * apart) if last else NAN)
    agrees(Cci(length=length).columns(bars)["cci"], expected, atol=1e-6)


def test_where_nothing_moved_it_is_not_known() -> None:
    """Equal prices have no deviation, not even one of the last digit."""
    column = Cci(length=3).columns(candles([(0.1, 0.3, 0.1, 0.2)] * 9 + [(0.1, 0.4, 0.1, 0.2)]))["cci"]
    assert np.isnan(column[:9]).all()
    np.testing.assert_allclose(column[9], 2 / 3 / (0.015 * 4 / 9))
