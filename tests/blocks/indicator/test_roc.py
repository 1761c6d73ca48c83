"""The indicator `roc`."""

import numpy as np

from blocks.indicator.roc import Roc
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, shipped
from tests.samples import bars


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """(C - C n bars ago) / C n bars ago (J. Murphy, Technical Analysis of the Financial Markets, ch. 10), not times a hundred."""
    closes, length = shipped(symbol).close.tolist(), 12
    expected = [(closes[row] - closes[row - length]) / closes[row - length] if row >= length else NAN for row in range(len(closes))]
    agrees(Roc(length=length).columns(shipped(symbol))["roc"], expected, atol=1e-15)


def test_is_a_fraction() -> None:
    """From 100 to 105 are five percent."""
    np.testing.assert_allclose(Roc(length=2).columns(bars([100, 90, 105]))["roc"], [np.nan, np.nan, 0.05])
