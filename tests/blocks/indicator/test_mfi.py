"""The indicator `mfi`."""

import numpy as np
import pytest

from blocks.indicator.mfi import Mfi
from tests.contracts.discovery import source
from tests.samples import bars


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_agrees_with_the_textbook(symbol: str) -> None:
    """G. Quong and A. Soudack's index over 14 bars, by the ratio of flows, written out."""
    market = source().bars(symbol, "4h")
    typical = ((market.high + market.low + market.close) / 3).tolist()
    volume, column = market.volume.tolist(), Mfi().columns(market)["mfi"]
    assert np.isnan(column[:14]).all()
    for row in range(14, len(typical), 5):
        gained = lost = 0.0
        for at in range(row - 13, row + 1):
            flow = typical[at] * volume[at]
            gained += flow if typical[at] > typical[at - 1] else 0.0
            lost += flow if typical[at] < typical[at - 1] else 0.0
        expected = 100.0 if lost == 0 else 100 - 100 / (1 + gained / lost)
        assert column[row] == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(("closes", "volume"), [([5.0] * 6, 1.0), ([5.0, 6, 7, 6, 5, 4], 0.0)])
def test_where_nothing_flows_nothing_is_known(closes: list[float], volume: float) -> None:
    """Prices that stand still, or bars without volume."""
    assert np.isnan(Mfi(length=3).columns(bars(closes, volume))["mfi"]).all()


@pytest.mark.parametrize(("closes", "last"), [([1.0, 2, 3, 4], 100), ([4.0, 3, 2, 1], 0)])
def test_one_way_markets_reach_the_ends(closes: list[float], last: float) -> None:
    """Only rises make 100, only falls 0."""
    assert Mfi(length=2).columns(bars(closes))["mfi"][-1] == last
