"""The entry `gap_open`."""

import pytest

from blocks.entry.gap_open import GapOpen
from blocks.indicator.open_gaps import OpenGaps
from tests.blocks.looked_at import Rows, drawn, of
from tests.blocks.shipped import SYMBOLS, stretch

RISE = [(100, 101, 99, 100), (100, 106, 100, 106), (106, 112, 105, 111)]  # a gap from 101 to 105


@pytest.mark.parametrize(
    ("after", "said"),
    [
        pytest.param([(111, 112, 106, 111), (111, 112, 104, 111)], [0, 1], id="back into the gap"),
        pytest.param([(111, 112, 104, 111)], [0], id="the bar that left it stands at its edge: price has not been away"),
        pytest.param([(111, 112, 106, 111), (111, 112, 100, 101)], [0, 1], id="a fill whose close stands on the far edge"),
        pytest.param([(111, 112, 106, 111), (111, 112, 100, 100.9)], [0, 0], id="a close beyond it"),
        pytest.param([(111, 112, 106, 111)] * 6 + [(111, 112, 104, 111)], [0] * 7, id="a day later it is forgotten"),
    ],
)
def test_a_return_into_the_gap(after: Rows, said: list[int]) -> None:
    """Upside down it is a short."""
    block, rows = GapOpen(), [*RISE, *after]
    mirrored = [(220 - o, 220 - low, 220 - high, 220 - c) for o, high, low, c in rows]
    assert block.signals(drawn(rows)).direction.tolist() == [0, 0, 0, *said]
    assert block.signals(drawn(mirrored)).direction.tolist() == [0, 0, 0, *(-one for one in said)]


@SYMBOLS
def test_returns_are_those_found_bar_by_bar(symbol: str) -> None:
    """With the gaps of the indicator, on real bars."""
    bars = stretch(symbol)
    gaps = {name: values.tolist() for name, values in OpenGaps().columns(bars).items()}
    said = [0]
    for row in range(1, len(bars)):
        lower, upper = gaps["rise_lower"][row - 1], gaps["rise_upper"][row - 1]
        long = bars.low[row - 1] > upper >= bars.low[row] and bars.close[row] >= lower
        lower, upper = gaps["fall_lower"][row - 1], gaps["fall_upper"][row - 1]
        short = bars.high[row - 1] < lower <= bars.high[row] and bars.close[row] <= upper
        said.append(int(long) - int(short))
    assert GapOpen().signals(of(bars)).direction.tolist() == said
    assert min(said.count(1), said.count(-1)) > 5
