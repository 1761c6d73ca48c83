"""The indicator `ema`."""

import numpy as np

from blocks.indicator.ema import Ema
from tests.blocks.indicator.textbook import ON_REAL_BARS, agrees, exponential, shipped
from tests.samples import bars


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """2 / (n + 1) of the way to each close, from the mean of the first n (J. Murphy, Technical Analysis, ch. 9)."""
    agrees(Ema(length=20).columns(shipped(symbol))["ema"], exponential(shipped(symbol).close.tolist(), 20))


def test_is_seeded_with_a_plain_mean() -> None:
    """Mean of 1, 2, 3, then half of the way to each further close."""
    np.testing.assert_allclose(Ema(length=3).columns(bars([1, 2, 3, 6, 6]))["ema"], [np.nan, np.nan, 2, 4, 5])


def test_too_few_bars_are_never_warm() -> None:
    """Two bars have no average of three."""
    assert np.isnan(Ema(length=3).columns(bars([1, 2]))["ema"]).all()
