"""The indicator `hurst`."""

from math import log
from statistics import fmean, linear_regression

import numpy as np
import pytest

from blocks.indicator.hurst import Hurst
from tests.blocks.shipped import SYMBOLS, column, same, stretch
from tests.samples import bars


@SYMBOLS
@pytest.mark.parametrize(("length", "max_lag", "lags"), [(100, 16, [1, 2, 4, 8, 16]), (40, 7, [1, 2, 4])])
def test_is_half_the_slope_of_mean_squares_over_lags(symbol: str, length: int, max_lag: int, lags: list[int]) -> None:
    """Bar by bar with the regression of Python's statistics module: log of the mean square over log of the lag."""
    market = stretch(symbol)
    prices = [log(close) for close in market.close.tolist()]

    def plain(row: int) -> float:
        if row < length - 1:
            return np.nan
        window = prices[row - length + 1 : row + 1]
        squares = [fmean((window[at] - window[at - lag]) ** 2 for at in range(lag, length)) for lag in lags]
        return linear_regression([log(lag) for lag in lags], [log(square) for square in squares]).slope / 2

    same(Hurst(length=length, max_lag=max_lag).columns(market)["hurst"], column(len(market), plain))


def test_known_walks_have_their_exponent() -> None:
    """A steady rise 1, coin tosses about one half, a price that jumps to and fro about 0."""
    chance = np.random.default_rng(3)
    walks = {
        1.0: 1.001 ** np.arange(400.0),
        0.5: np.exp(np.cumsum(chance.choice([-0.01, 0.01], 4000))),
        0.0: np.exp(0.01 * chance.standard_normal(400)),
    }
    found = {wanted: np.nanmean(Hurst().columns(bars(list(walk)))["hurst"]) for wanted, walk in walks.items()}
    assert found == {wanted: pytest.approx(wanted, abs=0.06) for wanted in walks}


def test_the_longest_lag_must_fit() -> None:
    """Sixteen bars have no pair that is sixteen apart."""
    with pytest.raises(ValueError, match="max_lag must be below length, was 16 and 16"):
        Hurst(length=16, max_lag=16)
