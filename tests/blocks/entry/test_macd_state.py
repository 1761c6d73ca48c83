"""The voter `macd_state`."""

import pytest

from blocks.entry.macd_state import MacdState
from tests.blocks.entry.loops import NAN, ahead, ema, shipped, votes


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_votes_are_those_of_a_loop(symbol: str) -> None:
    """Line of 12 and 26, signal of 9, written out: 1 for the state, 2 at a cross, at every real bar."""
    bars = shipped(symbol)
    closes = bars.close.tolist()
    line = [fast - slow for fast, slow in zip(ema(closes, 12), ema(closes, 26), strict=True)]
    signal = [NAN] * 25 + ema(line[25:], 9)
    assert votes(MacdState(), bars) == ahead(line, signal, 1.0, 2.0)


def test_fast_must_be_the_shorter() -> None:
    """The line would have the other sign."""
    with pytest.raises(ValueError, match="fast must be shorter than slow"):
        MacdState(fast=30)
