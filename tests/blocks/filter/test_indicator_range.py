"""The filter `indicator_range`."""

import pytest

from blocks.filter.indicator_range import IndicatorRange
from blocks.indicator.atr import Atr
from blocks.indicator.sma import Sma
from tests.samples import market


@pytest.mark.parametrize(
    ("lower", "upper", "passes"),
    [(None, 3.0, [False, True, True, False]), (3.0, None, [False, False, True, True]), (3.0, 3.0, [False, False, True, False])],
)
def test_bounds_are_inclusive(lower: float | None, upper: float | None, passes: list[bool]) -> None:
    """The mean of two closes is nothing, 2, 3 and 4."""
    block = IndicatorRange(indicator=Sma(length=2), lower=lower, upper=upper)
    assert block.passes(market([1, 3, 3, 5]), 1).tolist() == passes


@pytest.mark.parametrize(("lower", "upper"), [(None, None), (2.0, 1.0)])
def test_a_range_needs_bounds_in_order(lower: float | None, upper: float | None) -> None:
    """No bound at all would always pass, crossed ones never."""
    with pytest.raises(ValueError, match="expected lower, upper or both"):
        IndicatorRange(indicator=Sma(), lower=lower, upper=upper)


def test_an_unknown_column_is_refused_by_name() -> None:
    """The message names the columns there are."""
    with pytest.raises(ValueError, match="Atr gives atr, atr_fraction"):
        IndicatorRange(indicator=Atr(length=1), column="range", upper=1.0)
