"""The indicator `bollinger`."""

from statistics import fmean, pstdev

import numpy as np
import pytest

from blocks.indicator.bollinger import Bollinger
from tests.contracts.discovery import source
from tests.samples import bars


@pytest.mark.parametrize("symbol", ["BTCUSDT", "SOLUSDT"])
def test_agrees_with_the_textbook(symbol: str) -> None:
    """J. Bollinger's bands over 20 closes, 2 population deviations wide, written out."""
    market = source().bars(symbol, "4h")
    closes, columns = market.close.tolist(), Bollinger().columns(market)
    assert all(np.isnan(column[:19]).all() for column in columns.values())
    for row in range(19, len(closes), 7):
        window = closes[row - 19 : row + 1]
        middle, reach = fmean(window), 2 * pstdev(window)
        found = [columns[name][row] for name in ("middle", "upper", "lower", "width")]
        assert found == pytest.approx([middle, middle + reach, middle - reach, 2 * reach / middle], rel=1e-9)
        assert columns["percent"][row] == pytest.approx((closes[row] - middle + reach) / (2 * reach), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("price", [1e-5, 0.1, 61_234.7])
def test_bands_of_a_dead_market_have_no_width(price: float) -> None:
    """Exactly none, so that no close lies beyond them; where the close stands between them is then not known."""
    columns = Bollinger(length=7).columns(bars([price] * 12))
    assert set(columns["upper"][6:]) == set(columns["lower"][6:]) == {price}
    assert np.isnan(columns["percent"]).all()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_bars_say_nothing(count: int) -> None:
    """Columns are as long as the bars."""
    columns = Bollinger(length=4).columns(bars([1.0] * count))
    assert all(len(column) == count and np.isnan(column).all() for column in columns.values())
