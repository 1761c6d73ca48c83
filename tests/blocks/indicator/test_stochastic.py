"""The indicator `stochastic`."""

from statistics import fmean

import numpy as np
import pytest

from blocks.indicator.stochastic import Stochastic
from tests.contracts.discovery import source
from tests.samples import bars


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_agrees_with_the_textbook(symbol: str) -> None:
    """G. Lane's slow oscillator of 14, 3 and 3 bars, written out."""
    market = source().bars(symbol, "4h")
    high, low, close = (getattr(market, name).tolist() for name in ("high", "low", "close"))
    raw = [float("nan")] * 13
    for row in range(13, len(close)):
        top, bottom = max(high[row - 13 : row + 1]), min(low[row - 13 : row + 1])
        raw.append(100 * (close[row] - bottom) / (top - bottom))
    k = [float("nan")] * 15 + [fmean(raw[row - 2 : row + 1]) for row in range(15, len(raw))]
    d = [float("nan")] * 17 + [fmean(k[row - 2 : row + 1]) for row in range(17, len(k))]
    columns = Stochastic().columns(market)
    np.testing.assert_allclose(columns["k"], k, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(columns["d"], d, rtol=1e-9, atol=1e-9)


def test_a_range_without_height_is_unknown() -> None:
    """Neither the bottom nor the top."""
    columns = Stochastic(length=3, smooth=1, signal=1).columns(bars([5.0] * 6))
    assert np.isnan(columns["k"]).all()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_bars_say_nothing(count: int) -> None:
    """Columns are as long as the bars."""
    columns = Stochastic().columns(bars([float(number) for number in range(count)]))
    assert all(len(column) == count and np.isnan(column).all() for column in columns.values())
