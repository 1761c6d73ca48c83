"""The filter `volume_above_average`."""

import pytest

from blocks.filter.volume_above_average import VolumeAboveAverage
from runner.model.market import Market
from tests.blocks.candles import candles
from tests.samples import PLAIN


@pytest.mark.parametrize(("last", "passes"), [(1.4, False), (1.5, False), (1.6, True)])
def test_volume_must_exceed_the_ratio(last: float, passes: bool) -> None:
    """Two bars of volume 1 and one of 1.5: the last is exactly 1.5 over an average of 3.5 / 3."""
    market = Market(bars=candles([(1, 1, 1, 1)] * 3, [1, 1, last]), instrument=PLAIN)
    answer = VolumeAboveAverage(ratio=1.5 * 3 / 3.5, length=3).passes(market, 1)
    assert answer.tolist() == [False, False, passes]


def test_without_volume_nothing_passes() -> None:
    """A market that reports none is not busy."""
    market = Market(bars=candles([(1, 1, 1, 1)] * 3, [0, 0, 0]), instrument=PLAIN)
    assert not VolumeAboveAverage(length=1).passes(market, 1).any()
