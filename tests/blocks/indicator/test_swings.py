"""The indicator `swings`."""

import numpy as np
import pytest

from blocks.indicator.swings import Swings
from tests.blocks.candles import candles
from tests.blocks.shipped import SYMBOLS, same, stretch


@SYMBOLS
@pytest.mark.parametrize("reach", [1, 3])
def test_swings_are_those_a_person_would_mark(symbol: str, reach: int) -> None:
    """Bar by bar: whether the bar `reach` back is a swing, and what the last two of each kind are."""
    market = stretch(symbol)
    highs, lows = market.high.tolist(), market.low.tolist()
    tops, bottoms = list[float](), list[float]()
    told: dict[str, list[float]] = {"swing_high": [], "swing_low": [], "trend": []}
    for row in range(len(highs)):
        at = row - reach
        before, after = range(at - reach, at), range(at + 1, row + 1)
        if at >= reach and all(highs[at] > highs[i] for i in before) and all(highs[at] >= highs[i] for i in after):
            tops.append(highs[at])
        if at >= reach and all(lows[at] < lows[i] for i in before) and all(lows[at] <= lows[i] for i in after):
            bottoms.append(lows[at])
        told["swing_high"].append(tops[-1] if tops else np.nan)
        told["swing_low"].append(bottoms[-1] if bottoms else np.nan)
        both = len(tops) > 1 and len(bottoms) > 1
        up = both and tops[-1] > tops[-2] and bottoms[-1] > bottoms[-2]
        down = both and tops[-1] < tops[-2] and bottoms[-1] < bottoms[-2]
        told["trend"].append(float(up) - float(down) if both else np.nan)
    for name, values in Swings(reach=reach).columns(market).items():
        same(values, np.array(told[name]))


def test_a_swing_is_known_when_its_neighbours_have_closed() -> None:
    """The high of the second bar is known at the third; of two equal highs the first is the swing."""
    market = candles([(2, high, 1, 2) for high in (3, 5, 4, 6, 6, 4)])
    np.testing.assert_array_equal(Swings(reach=1).columns(market)["swing_high"], [np.nan, np.nan, 5, 5, 6, 6])
