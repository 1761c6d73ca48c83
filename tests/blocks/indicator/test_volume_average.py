"""The indicator `volume_average`."""

import numpy as np

from blocks.indicator.volume_average import VolumeAverage
from tests.blocks.candles import candles


def test_ratio_counts_the_bar_itself() -> None:
    """A bar of volume 3 after one of 1 has one and a half times their mean."""
    columns = VolumeAverage(length=2).columns(candles([(1, 1, 1, 1)] * 3, [1, 3, 3]))
    np.testing.assert_allclose(columns["average"], [np.nan, 2, 3])
    np.testing.assert_allclose(columns["ratio"], [np.nan, 1.5, 1])


def test_no_volume_has_no_ratio() -> None:
    """Nothing over nothing stays unknown."""
    assert np.isnan(VolumeAverage(length=1).columns(candles([(1, 1, 1, 1)] * 2, [0, 0]))["ratio"]).all()
