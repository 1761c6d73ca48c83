"""The indicator `wma`."""

import numpy as np

from blocks.indicator.wma import Wma
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, shipped, window
from tests.samples import bars


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """Weights 1 to n, the latest n, over their sum (R. Colby, The Encyclopedia of Technical Market Indicators, Moving Averages)."""
    closes, length = shipped(symbol).close.tolist(), 20
    expected = []
    for row in range(len(closes)):
        last = window(closes, row, length)
        summed = sum(close * weight for weight, close in enumerate(last, 1))
        expected.append(summed / (length * (length + 1) / 2) if last else NAN)
    agrees(Wma(length=length).columns(shipped(symbol))["wma"], expected)


def test_equal_closes_have_exactly_that_mean() -> None:
    """Also where a third of a cent has no exact number."""
    column = Wma(length=7).columns(bars([0.1 / 3] * 9))["wma"]
    assert set(column[6:]) == {0.1 / 3}
    assert np.isnan(column[:6]).all()
