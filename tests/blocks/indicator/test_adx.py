"""The indicator `adx`."""

import numpy as np
import pytest

from blocks.indicator.adx import Adx
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, shipped, true_ranges, wilder


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """Directional movement as Wilder works it out (New Concepts in Technical Trading Systems, 1978, section IV)."""
    bars, length = shipped(symbol), 14
    plus, minus = [NAN], [NAN]
    for row in range(1, len(bars)):
        up, down = float(bars.high[row] - bars.high[row - 1]), float(bars.low[row - 1] - bars.low[row])
        plus.append(up if up > down and up > 0 else 0.0)
        minus.append(down if down > up and down > 0 else 0.0)
    reach = wilder([NAN, *true_ranges(bars)[1:]], length)
    plus_di = [100 * moved / whole for moved, whole in zip(wilder(plus, length), reach, strict=True)]
    minus_di = [100 * moved / whole for moved, whole in zip(wilder(minus, length), reach, strict=True)]
    index = [100 * abs(up - down) / (up + down) for up, down in zip(plus_di, minus_di, strict=True)]
    columns = Adx(length=length).columns(bars)
    agrees(columns["plus_di"], plus_di)
    agrees(columns["minus_di"], minus_di)
    agrees(columns["adx"], wilder(index, length))


def test_a_market_that_only_rises() -> None:
    """Higher highs and higher lows alone: the index is 100, and nothing points down."""
    columns = Adx(length=2).columns(candles([(n, n + 1, n, n + 1) for n in range(1, 9)]))
    np.testing.assert_allclose(columns["adx"], [np.nan] * 3 + [100] * 5)
    np.testing.assert_allclose(columns["minus_di"], [np.nan] * 2 + [0] * 6)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 60])
def test_a_dead_market_has_no_direction(count: int) -> None:
    """Zero once warm, however few bars there are."""
    columns = Adx(length=2).columns(candles([(1e-5,) * 4] * 60).rows(slice(0, count)))
    np.testing.assert_array_equal(columns["adx"], ([np.nan] * 3 + [0.0] * 57)[:count])
    np.testing.assert_array_equal(columns["plus_di"], ([np.nan] * 2 + [0.0] * 58)[:count])
