"""The voter `oscillator_band`."""

import pytest

from blocks.entry.oscillator_band import OscillatorBand
from blocks.indicator.rsi import Rsi
from tests.blocks.entry.loops import rsi, shipped, votes

WARM = 400  # bars after which it no longer matters how the first average was made


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_votes_are_those_of_a_loop(symbol: str) -> None:
    """Wilder's index written out: with the market from 50 on, until 70 or 30."""
    bars = shipped(symbol)
    expected = [1.0 if 50 < x < 70 else -1.0 if 30 < x < 50 else 0.0 for x in rsi(bars.close.tolist(), 14)]
    found = votes(OscillatorBand(indicator=Rsi()), bars)
    assert found[WARM:] == expected[WARM:]
    assert set(found[WARM:]) == {-1.0, 0.0, 1.0}


def test_a_band_turned_round_is_refused() -> None:
    """The middle lies between the ends."""
    with pytest.raises(ValueError, match="lower, middle, upper must rise"):
        OscillatorBand(indicator=Rsi(), middle=75.0)
