"""The indicator `z_score`."""

from statistics import fmean, pstdev

import numpy as np
import pytest

from blocks.indicator.z_score import ZScore
from tests.blocks.shipped import SYMBOLS, column, same, stretch
from tests.samples import bars


@SYMBOLS
@pytest.mark.parametrize("length", [2, 50])
def test_is_the_distance_in_standard_deviations(symbol: str, length: int) -> None:
    """Bar by bar with the mean and the population deviation of Python's statistics module."""
    market = stretch(symbol)
    closes = market.close.tolist()

    def plain(row: int) -> float:
        window = closes[row - length + 1 : row + 1]
        spread = pstdev(window) if row >= length - 1 else 0.0
        return (closes[row] - fmean(window)) / spread if spread else np.nan

    same(ZScore(length=length).columns(market)["z_score"], column(len(market), plain))


def test_what_does_not_move_has_no_distance() -> None:
    """Three closes are the same, then one differs: the highest of four values lies √3 deviations above their mean."""
    found = ZScore(length=4).columns(bars([0.1, 0.1, 0.1, 0.1, 0.2]))["z_score"]
    np.testing.assert_allclose(found, [np.nan, np.nan, np.nan, np.nan, np.sqrt(3)])
