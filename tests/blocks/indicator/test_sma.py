"""The indicator `sma`."""

import numpy as np

from blocks.indicator.sma import Sma
from tests.samples import bars


def test_is_the_mean_of_the_last_closes() -> None:
    """Two closes at a time."""
    np.testing.assert_allclose(Sma(length=2).columns(bars([1, 2, 3, 7]))["sma"], [np.nan, 1.5, 2.5, 5])
