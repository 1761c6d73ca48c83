"""The indicator `rsi`."""

import numpy as np
import pytest

from blocks.indicator.rsi import Rsi
from tests.samples import bars


@pytest.mark.parametrize(("closes", "last"), [([1, 2, 3, 4], 100), ([4, 3, 2, 1], 0)])
def test_one_way_markets_reach_the_ends(closes: list[float], last: float) -> None:
    """Only rises make 100, only falls 0; the first `length` bars say nothing."""
    column = Rsi(length=2).columns(bars(closes))["rsi"]
    assert np.isnan(column[:2]).all()
    np.testing.assert_allclose(column[2:], last)
