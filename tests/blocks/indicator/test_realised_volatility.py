"""The indicator `realised_volatility`."""

import math
from itertools import pairwise

import numpy as np

from blocks.indicator.realised_volatility import RealisedVolatility
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, mean, shipped, window
from tests.samples import bars


@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str) -> None:
    """Sample deviation of log returns, times the root of the bars of a year (J. Hull, Options, Futures, ch. 15.4)."""
    closes, length = shipped(symbol).close.tolist(), 20
    returns = [math.log(now / before) for before, now in pairwise(closes)]
    expected = [NAN]
    for row in range(len(returns)):
        last = window(returns, row, length)
        expected.append(math.sqrt(sum((each - mean(last)) ** 2 for each in last) / (length - 1)) if last else NAN)
    columns = RealisedVolatility(length=length).columns(shipped(symbol))
    agrees(columns["volatility"], expected)
    agrees(columns["annual"], [each * math.sqrt(365 * 6) for each in expected])


def test_a_year_of_weekdays_is_shorter() -> None:
    """Hourly bars on 252 days: 6,048 a year."""
    columns = RealisedVolatility(length=3, days_per_year=252).columns(bars([1, 2, 1, 3, 2]))
    np.testing.assert_allclose(columns["annual"], columns["volatility"] * 6048**0.5)


def test_steady_growth_has_no_volatility() -> None:
    """Doubling every bar is a return without spread."""
    np.testing.assert_allclose(RealisedVolatility(length=2).columns(bars([1, 2, 4, 8]))["volatility"], [np.nan, np.nan, 0, 0], atol=1e-15)
