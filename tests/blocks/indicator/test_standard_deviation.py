"""The indicator `standard_deviation`."""

import numpy as np
import pytest

from blocks.indicator.standard_deviation import StandardDeviation
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, mean, shipped, window
from tests.samples import bars


@pytest.mark.parametrize("sample", [False, True])
@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str, sample: bool) -> None:
    """Root of the mean squared distance from the mean (J. Bollinger, Bollinger on Bollinger Bands, ch. 7: of the population)."""
    closes, length = shipped(symbol).close.tolist(), 20
    expected = []
    for row in range(len(closes)):
        last = window(closes, row, length)
        squares = sum((close - mean(last)) ** 2 for close in last)
        expected.append((squares / (length - 1 if sample else length)) ** 0.5 if last else NAN)
    columns = StandardDeviation(length=length, sample=sample).columns(shipped(symbol))
    agrees(columns["deviation"], expected)
    agrees(columns["deviation_fraction"], [each / close for each, close in zip(expected, closes, strict=True)])


def test_a_quiet_end_after_a_crash_keeps_its_digits() -> None:
    """A spread of a millionth right after prices a million times as high: sums over the whole history would have lost it."""
    quiet = [1 + 1e-6 * (n % 2) for n in range(40)]
    column = StandardDeviation(length=10).columns(bars([1e6, 9e5, 8e5] * 20 + quiet))["deviation"]
    np.testing.assert_allclose(column[-5:], 5e-7, rtol=1e-8)


def test_equal_closes_have_none() -> None:
    """Exactly zero, also where the price has no exact number."""
    assert set(StandardDeviation(length=5).columns(bars([0.1 / 3] * 9))["deviation"][4:]) == {0.0}
