"""The voter `average_state`."""

import pytest

from blocks.entry.average_state import AverageState
from tests.blocks.entry.loops import ahead, ema, plain_average, shipped, votes
from tests.samples import market


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_votes_are_those_of_a_loop(symbol: str) -> None:
    """Averages of 9 and 21 closes written out: 1 for the state, 2 at a cross, at every real bar."""
    bars = shipped(symbol)
    expected = ahead(ema(bars.close.tolist(), 9), ema(bars.close.tolist(), 21), 1.0, 2.0)
    assert votes(AverageState(), bars) == expected
    assert {-2.0, -1.0, 0.0, 1.0, 2.0} == set(expected)


def test_a_fast_average_of_one_is_the_close() -> None:
    """The close against the plain mean of 50, without more for a cross."""
    bars = shipped("ETHUSDT")
    entry = AverageState(fast=1, slow=50, kind="simple", fresh=1.0)
    assert votes(entry, bars) == ahead(bars.close.tolist(), plain_average(bars.close.tolist(), 50), 1.0, 1.0)


def test_the_first_warm_bar_is_a_state_and_no_cross() -> None:
    """Nothing is known of the bar before; equal averages have no vote, and leaving them is a cross."""
    signals = AverageState(fast=1, slow=2).signals(market([5, 6, 6, 6.5, 7]))
    assert (signals.direction * signals.strength).tolist() == [0, 1, 1, 1, 1]
    assert AverageState(fast=1, slow=2).signals(market([5, 5, 5, 6])).strength.tolist() == [0, 0, 0, 2]


def test_fast_must_be_the_shorter() -> None:
    """Two equal averages never stand apart."""
    with pytest.raises(ValueError, match="fast must be shorter than slow"):
        AverageState(fast=21)
