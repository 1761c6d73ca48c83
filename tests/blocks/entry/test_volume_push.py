"""The voter `volume_push`."""

import pytest

from blocks.entry.volume_push import VolumePush
from tests.blocks.entry.loops import plain_average, shipped, votes
from tests.samples import market


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_votes_are_those_of_a_loop(symbol: str) -> None:
    """Volume over its mean of 20, from 1.5 and from 2.5, for the way the bar went."""
    bars = shipped(symbol)
    expected = []
    for opened, closed, volume, mean in zip(bars.open, bars.close, bars.volume, plain_average(bars.volume.tolist(), 20), strict=True):
        size = 2.0 if volume >= 2.5 * mean else 1.0 if volume >= 1.5 * mean else 0.0
        expected.append(size * (float(closed > opened) - float(closed < opened)))
    assert votes(VolumePush(), bars) == expected
    assert set(expected) == {-2.0, -1.0, 0.0, 1.0, 2.0}


def test_without_volume_there_is_no_vote() -> None:
    """An average of nothing is exceeded by nothing."""
    assert not VolumePush(length=2).signals(market([1, 2, 3, 4], volume=0.0)).direction.any()


def test_the_strong_ratio_is_the_larger() -> None:
    """Otherwise a vote of 1 never came."""
    with pytest.raises(ValueError, match="ratio must not exceed strong_ratio"):
        VolumePush(ratio=3.0)
