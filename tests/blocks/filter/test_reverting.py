"""The filter `reverting`."""

import numpy as np
import pytest

from blocks.filter.reverting import Reverting
from blocks.indicator.reversion_strength import ReversionStrength
from tests.blocks.looked_at import of
from tests.blocks.shipped import SYMBOLS, stretch


@SYMBOLS
@pytest.mark.parametrize("least", [0.0, 50.0])
def test_is_the_strength_on_the_side_of_the_return(symbol: str, least: float) -> None:
    """Bar by bar with the columns of the indicator: never both sides, and either of them somewhere."""
    bars = stretch(symbol)
    columns = ReversionStrength().columns(bars)
    pairs = list(zip(columns["reversion_strength"].tolist(), columns["reversion_side"].tolist(), strict=True))
    long, short = (Reverting(min_strength=least).passes(of(bars), side) for side in (1, -1))
    assert long.tolist() == [strength >= least and side == 1 for strength, side in pairs]
    assert short.tolist() == [strength >= least and side == -1 for strength, side in pairs]
    assert min(np.count_nonzero(long), np.count_nonzero(short)) > 20
