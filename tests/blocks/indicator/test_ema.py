"""The indicator `ema`."""

import numpy as np

from blocks.indicator.ema import Ema
from tests.samples import bars


def test_is_seeded_with_a_plain_mean() -> None:
    """Mean of 1, 2, 3, then half of the way to each further close."""
    np.testing.assert_allclose(Ema(length=3).columns(bars([1, 2, 3, 6, 6]))["ema"], [np.nan, np.nan, 2, 4, 5])


def test_too_few_bars_are_never_warm() -> None:
    """Two bars have no average of three."""
    assert np.isnan(Ema(length=3).columns(bars([1, 2]))["ema"]).all()
