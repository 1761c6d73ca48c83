"""The entry `band_reversion`."""

from statistics import fmean, pstdev

import pytest

from blocks.entry.band_reversion import BandReversion
from tests.blocks.entry.loops import market, rsi, shipped

WARM = 400  # bars after which it no longer matters how the first average of the index was made


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
def test_signals_are_those_of_a_loop(symbol: str) -> None:
    """A close more than two deviations from the mean of 20 with Wilder's index at 30 or 70; strength from the index."""
    bars = shipped(symbol)
    closes = bars.close.tolist()
    index, signals = rsi(closes, 14), BandReversion().signals(market(bars))
    expected = []
    for row in range(WARM, len(closes)):
        window = closes[row - 19 : row + 1]
        middle, reach = fmean(window), 2 * pstdev(window)
        long = closes[row] < middle - reach and index[row] <= 30
        short = closes[row] > middle + reach and index[row] >= 70
        expected.append(int(long) - int(short))
        assert signals.strength[row] == pytest.approx(abs(index[row] - 50) / 50, rel=1e-6, abs=1e-8)
        assert signals.levels["middle"][row] == pytest.approx(middle, rel=1e-12)
    assert signals.direction[WARM:].tolist() == expected
    assert {-1, 0, 1} == set(expected)


def test_levels_of_the_index_keep_to_their_sides() -> None:
    """Oversold is below 50, overbought above."""
    with pytest.raises(ValueError, match="oversold"):
        BandReversion(oversold=50.0)
    with pytest.raises(ValueError, match="overbought"):
        BandReversion(overbought=50.0)
