"""The filter `volatility_band`."""

from typing import Any

import numpy as np
import pytest

from blocks.filter.volatility_band import VolatilityBand
from runner.model.market import Market
from tests.blocks.drafts import flat
from tests.blocks.indicator.textbook import ON_REAL_BARS, shipped, true_ranges, wilder
from tests.samples import PLAIN, market


@pytest.mark.parametrize(
    ("lower", "upper", "passes"),
    [
        pytest.param(0.0399, 0.05, True, id="inside"),
        pytest.param(0.04, 0.04, True, id="on both bounds"),
        pytest.param(0.0401, None, False, id="below the lower one"),
        pytest.param(None, 0.0399, False, id="above the upper one"),
        pytest.param(None, 0.0401, True, id="no lower bound"),
    ],
)
def test_bounds_are_inclusive(lower: float | None, upper: float | None, passes: bool) -> None:
    """A range of 4 at a price of 100 is exactly 0.04, and unknown for 13 bars."""
    block = VolatilityBand(length=14, lower=lower, upper=upper)
    assert [block.passes(flat(), direction).tolist() for direction in (1, -1)] == [[False] * 13 + [passes] * 17] * 2


def test_realised_is_the_deviation_of_returns() -> None:
    """Doubling and halving by turns: log returns of ±0.693 have a deviation of 0.8 over three."""
    block = VolatilityBand(measure="realised", length=3, lower=0.8, upper=0.81)
    assert block.passes(market([1, 2, 1, 2, 1]), 1).tolist() == [False, False, False, True, True]


@ON_REAL_BARS
def test_agrees_with_a_loop(symbol: str) -> None:
    """Wilder's range over the close, bar by bar."""
    bars = shipped(symbol)
    ranges = wilder(true_ranges(bars), 14)
    expected = [0.01 <= reach / close <= 0.02 for reach, close in zip(ranges, bars.close.tolist(), strict=True)]
    passes = VolatilityBand(lower=0.01, upper=0.02).passes(Market(bars=bars, instrument=PLAIN), 1)
    np.testing.assert_array_equal(passes, expected)
    assert 0.1 < passes.mean() < 0.9


@pytest.mark.parametrize("given", [{"lower": None, "upper": None}, {"lower": 0.02, "upper": 0.01}])
def test_a_band_needs_bounds_in_order(given: dict[str, Any]) -> None:
    """No bound at all would always pass, crossed ones never."""
    with pytest.raises(ValueError, match="expected lower, upper or both"):
        VolatilityBand(**given)
