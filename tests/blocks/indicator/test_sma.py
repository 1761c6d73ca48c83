"""The indicator `sma`."""

import numpy as np

from blocks.indicator.sma import Sma
from tests.blocks.indicator.textbook import ON_REAL_BARS, agrees, mean, shipped, window
from tests.samples import bars


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """Sum of the last closes over their number."""
    closes = shipped(symbol).close.tolist()
    agrees(Sma(length=20).columns(shipped(symbol))["sma"], [mean(window(closes, row, 20)) for row in range(len(closes))])


def test_is_the_mean_of_the_last_closes() -> None:
    """Two closes at a time."""
    np.testing.assert_allclose(Sma(length=2).columns(bars([1, 2, 3, 7]))["sma"], [np.nan, 1.5, 2.5, 5])
