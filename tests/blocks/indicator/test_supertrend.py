"""The indicator `supertrend`."""

import numpy as np
import pytest

from blocks.indicator.supertrend import Supertrend
from tests.blocks.candles import candles
from tests.blocks.drafts import flat
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, shipped, true_ranges, wilder


@pytest.mark.parametrize(("length", "width"), [(10, 3.0), (7, 1.0)])
@ON_REAL_BARS
def test_agrees_with_the_textbook(symbol: str, length: int, width: float) -> None:
    """Final bands and the side of the close (O. Seban, 2008; the rules as in TradingView's manual, ta.supertrend), side not guessed."""
    bars = shipped(symbol)
    reach = wilder(true_ranges(bars), length)
    upper, lower, up = NAN, NAN, None
    line, direction = [], []
    for row in range(len(bars)):
        middle = float(bars.high[row] + bars.low[row]) / 2
        top, bottom = middle + width * reach[row], middle - width * reach[row]
        if row <= length - 1:
            upper, lower = top, bottom
        else:
            upper = top if top < upper or bars.close[row - 1] > upper else upper
            lower = bottom if bottom > lower or bars.close[row - 1] < lower else lower
        up = True if bars.close[row] > upper else False if bars.close[row] < lower else up
        line.append(NAN if up is None else lower if up else upper)
        direction.append(NAN if up is None else 1.0 if up else -1.0)
    columns = Supertrend(length=length, width=width).columns(bars)
    agrees(columns["line"], line)
    agrees(columns["direction"], direction)


def test_the_side_is_not_known_before_a_close_has_left_the_bands() -> None:
    """Bars between 98 and 102 stay inside; the close of 120 is above, and the line is then three ranges under the bar."""
    rows = [(100, 102, 98, 100)] * 20
    columns = Supertrend(length=1, width=3.0).columns(candles([*rows, (100, 120, 100, 120)]))
    assert np.isnan(columns["direction"][:20]).all()
    assert (columns["direction"][20], columns["line"][20]) == (1.0, 88.0)


def test_a_dead_market_never_takes_a_side() -> None:
    """Nothing closes outside bands that have no width."""
    assert np.isnan(Supertrend().columns(candles([(1e-5,) * 4] * 60))["line"]).all()
    assert np.isnan(Supertrend().columns(flat().bars)["direction"]).all()
