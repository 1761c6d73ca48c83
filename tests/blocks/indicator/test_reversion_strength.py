"""The indicator `reversion_strength`."""

from math import sqrt

import numpy as np
import pytest

from blocks.indicator.autocorrelation import Autocorrelation
from blocks.indicator.hurst import Hurst
from blocks.indicator.reversion_strength import ReversionStrength
from blocks.indicator.z_score import ZScore
from runner.columns.spread import reversion
from tests.blocks.shipped import SYMBOLS, column, same, stretch


@SYMBOLS
def test_is_half_distance_and_two_quarters(symbol: str) -> None:
    """Put together bar by bar from the three columns that have tests of their own."""
    market = stretch(symbol)
    z = ZScore().columns(market)["z_score"]
    memory = Autocorrelation(length=100).columns(market)["autocorrelation"]
    exponent = Hurst().columns(market)["hurst"]

    def plain(row: int) -> float:
        distance = min(abs(z[row]) / 3, 1) / 2
        answer = min(max(-memory[row] * sqrt(100) / 2, 0), 1) / 4
        slow = min(max((0.5 - exponent[row]) / 0.5, 0), 1) / 4
        return 100 * (distance + answer + slow) if row >= 101 else np.nan

    columns = ReversionStrength().columns(market)
    same(columns["reversion_strength"], column(len(market), plain))
    known = ~np.isnan(columns["reversion_strength"])
    np.testing.assert_array_equal(columns["reversion_side"][known], -np.sign(z[known]))


@pytest.mark.parametrize(
    ("z", "memory", "exponent", "strength"),
    [(3.0, -0.2, 0.0, 100.0), (-9.0, -0.9, -0.1, 100.0), (-1.5, -0.1, 0.25, 50.0), (0.0, 0.5, 0.9, 0.0), (3.0, 0.0, 0.5, 50.0)],
    ids=["all in full", "beyond full counts no more", "half of each", "nothing", "distance alone"],
)
def test_parts(z: float, memory: float, exponent: float, strength: float) -> None:
    """Over a hundred bars twice the standard error of an autocorrelation is 0.2."""
    assert reversion(np.array([z]), np.array([memory]), np.array([exponent]), 100, 3.0) == pytest.approx([strength])
