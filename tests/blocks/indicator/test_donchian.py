"""The indicator `donchian`."""

import numpy as np
import pytest

from blocks.indicator.donchian import Donchian
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import ON_REAL_BARS, agrees, highest, lowest, shipped


@pytest.mark.parametrize("before", [False, True])
@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str, before: bool) -> None:
    """Highest high and lowest low of n bars (R. Donchian's four-week rule; C. Faith, Way of the Turtle, for the bars before)."""
    bars, length = shipped(symbol), 20
    highs, lows = bars.high.tolist(), bars.low.tolist()
    rows = [row - 1 if before else row for row in range(len(bars))]
    upper, lower = [highest(highs, row, length) for row in rows], [lowest(lows, row, length) for row in rows]
    columns = Donchian(length=length, before=before).columns(bars)
    agrees(columns["upper"], upper)
    agrees(columns["lower"], lower)
    agrees(columns["middle"], [(high + low) / 2 for high, low in zip(upper, lower, strict=True)])


def test_the_bar_itself_can_break_out_only_of_the_bars_before() -> None:
    """A high of 9 after two of 5 is the highest with itself, and above the channel without."""
    bars = candles([(4, 5, 3, 4), (4, 5, 2, 4), (4, 9, 4, 8)])
    np.testing.assert_array_equal(Donchian(length=2).columns(bars)["upper"], [np.nan, 5, 9])
    np.testing.assert_array_equal(Donchian(length=2, before=True).columns(bars)["upper"], [np.nan, np.nan, 5])
    np.testing.assert_array_equal(Donchian(length=2, before=True).columns(bars)["lower"], [np.nan, np.nan, 2])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_bars_give_columns_that_are_not_warm(count: int) -> None:
    """As long as the bars, and NaN."""
    columns = Donchian(length=2, before=True).columns(candles([(1, 1, 1, 1)] * 2).rows(slice(0, count)))
    assert all(len(column) == count and np.isnan(column).all() for column in columns.values())
