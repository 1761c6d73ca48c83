"""The indicator `volume_average`."""

import numpy as np

from blocks.indicator.volume_average import VolumeAverage
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import ON_REAL_BARS, agrees, mean, shipped, window


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """Sum of the last volumes over their number, and the bar's own over that."""
    volumes = shipped(symbol).volume.tolist()
    averages = [mean(window(volumes, row, 20)) for row in range(len(volumes))]
    columns = VolumeAverage(length=20).columns(shipped(symbol))
    agrees(columns["average"], averages)
    agrees(columns["ratio"], [volume / average for volume, average in zip(volumes, averages, strict=True)])


def test_ratio_counts_the_bar_itself() -> None:
    """A bar of volume 3 after one of 1 has one and a half times their mean."""
    columns = VolumeAverage(length=2).columns(candles([(1, 1, 1, 1)] * 3, [1, 3, 3]))
    np.testing.assert_allclose(columns["average"], [np.nan, 2, 3])
    np.testing.assert_allclose(columns["ratio"], [np.nan, 1.5, 1])


def test_no_volume_has_no_ratio() -> None:
    """Nothing over nothing stays unknown."""
    assert np.isnan(VolumeAverage(length=1).columns(candles([(1, 1, 1, 1)] * 2, [0, 0]))["ratio"]).all()
