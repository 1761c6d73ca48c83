"""The entry `structure_break`."""

from typing import Literal

import pytest

from blocks.entry.structure_break import StructureBreak
from blocks.indicator.swings import Swings
from tests.blocks.looked_at import drawn, of
from tests.blocks.shipped import SYMBOLS, stretch


@pytest.mark.parametrize(
    ("after", "said"),
    [([7], [0]), ([7.1], [1]), ([7.1, 8], [1, 0]), ([7.1, 7, 7.1, 7.2], [1, 0, 0, 1]), ([2.9], [-1]), ([3], [0])],
    ids=["on the high", "above it", "one break, one signal", "what it left is the next to break", "below the low", "on the low"],
)
def test_a_close_beyond_the_last_swing(after: list[float], said: list[int]) -> None:
    """Bars that are one price: 7 is the last swing high, 3 the last swing low, known from the bar before on."""
    closes = [5.0, 7.0, 4.0, 7.0, 3.0, 5.0, *after]
    signals = StructureBreak(reach=1).signals(drawn([(close,) * 4 for close in closes]))
    assert signals.direction[6:].tolist() == said


@SYMBOLS
@pytest.mark.parametrize(("breaks", "wanted"), [("any", 0), ("continuation", 1), ("reversal", -1)])
def test_breaks_are_those_found_bar_by_bar(symbol: str, breaks: Literal["any", "continuation", "reversal"], wanted: int) -> None:
    """With the swings of the indicator, on real bars."""
    bars = stretch(symbol)
    swings, close = {name: values.tolist() for name, values in Swings().columns(bars).items()}, bars.close.tolist()
    said = [0]
    for row in range(1, len(bars)):
        high, low, trend = (swings[name][row - 1] for name in ("swing_high", "swing_low", "trend"))
        known = high == high and low == low  # noqa: PLR0124 - false for NaN
        up, down = close[row - 1] <= high < close[row], close[row - 1] >= low > close[row]
        said.append(int(known and up and (not wanted or trend == wanted)))
        said[-1] -= int(known and down and (not wanted or trend == -wanted))
    assert StructureBreak(breaks=breaks).signals(of(bars)).direction.tolist() == said
    assert min(said.count(1), said.count(-1)) > 1
