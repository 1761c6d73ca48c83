"""Turns of the market: against a loop, and known only once confirmed."""

from __future__ import annotations

import numpy as np
import pytest

from runner.columns.swings import last_high, last_low
from runner.model.bars import Floats
from tests.contracts.discovery import real


def slowly(lows: Floats, reach: int) -> list[float]:
    """The definition, bar by bar: under all `reach` before, not over any of the `reach` after, told `reach` bars later."""
    last, found = np.nan, []
    for now in range(len(lows)):
        at = now - reach
        before, after = lows[max(0, at - reach) : max(0, at)], lows[at + 1 : now + 1]
        if at >= reach and all(lows[at] < each for each in before) and all(lows[at] <= each for each in after):
            last = float(lows[at])
        found.append(last)
    return found


@pytest.mark.parametrize("reach", [1, 2, 5])
def test_agrees_with_the_definition_on_real_bars(reach: int) -> None:
    """Lows and highs of 1,500 bars."""
    bars = real().bars
    np.testing.assert_array_equal(last_low(bars.low, reach), slowly(bars.low, reach))
    np.testing.assert_array_equal(last_high(bars.high, reach), -np.array(slowly(-bars.high, reach)))


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_bars_have_no_turn(count: int) -> None:
    """Two bars on each side need five."""
    assert np.isnan(last_low(np.arange(count, dtype=np.float64), 2)).all()


def test_a_flat_market_never_turns() -> None:
    """A low must be under those before it."""
    assert np.isnan(last_low(np.ones(50), 2)).all()
