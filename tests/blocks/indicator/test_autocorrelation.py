"""The indicator `autocorrelation`."""

from itertools import pairwise
from statistics import correlation

import numpy as np
import pytest

from blocks.indicator.autocorrelation import Autocorrelation
from tests.blocks.shipped import SYMBOLS, column, same, stretch
from tests.samples import bars


@SYMBOLS
@pytest.mark.parametrize(("length", "lag"), [(50, 1), (20, 3)])
def test_is_the_correlation_of_returns_with_earlier_ones(symbol: str, length: int, lag: int) -> None:
    """Bar by bar with the Pearson correlation of Python's statistics module."""
    market = stretch(symbol)
    closes = market.close.tolist()
    returns = [np.nan, *(now / before - 1 for before, now in pairwise(closes))]

    def plain(row: int) -> float:
        if row < length + lag:
            return np.nan
        late, early = returns[row - length + 1 : row + 1], returns[row - length + 1 - lag : row + 1 - lag]
        return correlation(late, early)

    same(Autocorrelation(length=length, lag=lag).columns(market)["autocorrelation"], column(len(market), plain))


def test_returns_that_answer_each_other_are_opposite() -> None:
    """Up a tenth and back down, again and again."""
    assert Autocorrelation(length=4).columns(bars([10, 11, 10, 11, 10, 11]))["autocorrelation"][-1] == pytest.approx(-1)


def test_a_steady_rise_has_no_returns_that_differ() -> None:
    """Growth by the same share at every bar leaves rounding only, which is no correlation."""
    assert np.isnan(Autocorrelation(length=20).columns(bars([1.01**n for n in range(60)]))["autocorrelation"]).all()
