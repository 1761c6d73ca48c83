"""The indicator `atr_percent`."""

import numpy as np

from blocks.indicator.atr import Atr
from blocks.indicator.atr_percent import AtrPercent
from tests.blocks.indicator.textbook import ON_REAL_BARS, agrees, shipped, true_ranges, wilder


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """Wilder's average of true ranges (New Concepts in Technical Trading Systems, 1978), in percent of the close."""
    bars = shipped(symbol)
    ranges = wilder(true_ranges(bars), 14)
    expected = [100 * reach / close for reach, close in zip(ranges, bars.close.tolist(), strict=True)]
    agrees(AtrPercent(length=14).columns(bars)["atr_percent"], expected)


def test_is_a_hundred_times_the_fraction() -> None:
    """The column `atr_fraction` of `atr` says the same."""
    bars = shipped("BTCUSDT")
    np.testing.assert_allclose(AtrPercent().columns(bars)["atr_percent"], 100 * Atr().columns(bars)["atr_fraction"], rtol=1e-14)
