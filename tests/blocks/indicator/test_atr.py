"""The indicator `atr`."""

import numpy as np
import pandas as pd

from blocks.indicator.atr import Atr
from runner.columns.library import library
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import ON_REAL_BARS, agrees, shipped, true_ranges, wilder
from tests.contracts.discovery import real


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """Wilder's average of true ranges (New Concepts in Technical Trading Systems, 1978, section III)."""
    agrees(Atr(length=14).columns(shipped(symbol))["atr"], wilder(true_ranges(shipped(symbol)), 14))


def test_gaps_count_as_movement() -> None:
    """A bar of range 1 that opened 5 above the close before moved 6."""
    bars = candles([(10, 11, 10, 10), (15, 16, 15, 15)])
    np.testing.assert_allclose(Atr(length=1).columns(bars)["atr"], [1, 6])


def test_equals_the_library_on_real_bars() -> None:
    """Where no bar is without range, pandas-ta gives the same numbers."""
    bars = real().bars
    expected = library().atr(pd.Series(bars.high), pd.Series(bars.low), pd.Series(bars.close), length=14, talib=False)
    np.testing.assert_allclose(Atr(length=14).columns(bars)["atr"], np.array(expected), rtol=1e-12)


def test_a_bar_without_range_changes_no_other() -> None:
    """The history before it stays as it was, bit for bit."""
    rows = [(1e-5, 1.1e-5, 0.9e-5, 1e-5)] * 20
    calm, stopped = (Atr(length=3).columns(candles(each))["atr"] for each in (rows, [*rows, (1e-5,) * 4]))
    assert calm.tobytes() == stopped[:-1].tobytes()
