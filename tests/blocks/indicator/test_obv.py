"""The indicator `obv`."""

import numpy as np

from blocks.indicator.obv import Obv
from tests.blocks.candles import candles
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, mean, shipped, window


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """The running total (J. Granville, New Key to Stock Market Profits, 1963), its change and its distance from its own mean."""
    bars, length = shipped(symbol), 20
    total = [0.0]
    for row in range(1, len(bars)):
        rise = float(bars.close[row] - bars.close[row - 1])
        total.append(total[-1] + (bars.volume[row] if rise > 0 else -bars.volume[row] if rise < 0 else 0.0))
    change = [total[row] - total[row - length] if row >= length else NAN for row in range(len(total))]
    volumes = bars.volume.tolist()
    traded = [sum(window(volumes, row, length)) if row >= length else NAN for row in range(len(total))]
    over = [now - mean(window(total, row, length)) for row, now in enumerate(total)]
    columns = Obv(length=length).columns(bars)
    large = max(traded[length:])
    agrees(columns["change"], change, atol=1e-8 * large)
    agrees(columns["over_average"], over, atol=1e-8 * large)
    agrees(columns["pressure"], [moved / whole for moved, whole in zip(change, traded, strict=True)], atol=1e-8)


def test_what_the_window_added() -> None:
    """Up on 3, down on 5, unchanged on 7."""
    bars = candles([(1, 3, 1, close) for close in (1, 2, 1, 1)], [9, 3, 5, 7])
    columns = Obv(length=2).columns(bars)
    np.testing.assert_array_equal(columns["change"], [np.nan, np.nan, -2, -5])
    np.testing.assert_allclose(columns["pressure"], [np.nan, np.nan, -2 / 8, -5 / 12])
    np.testing.assert_allclose(columns["over_average"], [np.nan, 1.5, -2.5, 0])


def test_without_volume_there_is_no_pressure() -> None:
    """The change is zero, its share of nothing unknown; and where history starts matters to neither."""
    columns = Obv(length=2).columns(candles([(1, 3, 1, close) for close in (1, 2, 1, 1)], [0, 0, 0, 0]))
    assert columns["change"][2:].tolist() == [0, 0]
    assert np.isnan(columns["pressure"]).all()
