"""The indicator `open_gaps`."""

import numpy as np
import pytest

from blocks.indicator.open_gaps import OpenGaps
from runner.model.bars import Bars
from tests.blocks.candles import candles
from tests.blocks.shipped import SYMBOLS, same, stretch

HOUR_MS = 3_600_000
Gap = tuple[int, int, float, float]


def opened(bars: Bars, row: int, least: float) -> list[Gap]:
    """The gap that a bar leaves, as time, side, lower and upper edge."""
    if row < 2:
        return []
    time, rise, fall = int(bars.close_time[row]), (bars.high[row - 2], bars.low[row]), (bars.high[row], bars.low[row - 2])
    sides = [(side, edges) for side, edges in ((1, rise), (-1, fall)) if edges[1] > edges[0]]
    return [(time, side, low, high) for side, (low, high) in sides if high - low >= least * bars.close[row]]


def open_still(gap: Gap, bars: Bars, row: int, age_ms: int) -> bool:
    """Not crossed by the bar, and young enough at its close."""
    time, side, lower, upper = gap
    filled = bars.low[row] <= lower if side > 0 else bars.high[row] >= upper
    return not filled and bars.close_time[row] - time < age_ms


@SYMBOLS
@pytest.mark.parametrize(("least", "age", "hours"), [(0.002, "24h", 24), (0.0, "10d", 240)])
def test_open_gaps_are_those_kept_by_hand(symbol: str, least: float, age: str, hours: int) -> None:
    """Bar by bar: strike out what is filled or old, write down what is new, look for the nearest."""
    bars, book = stretch(symbol), list[Gap]()
    told: dict[str, list[float]] = {name: [] for name in OpenGaps().columns(bars)}
    for row, close in enumerate(bars.close.tolist()):
        book = [gap for gap in book if open_still(gap, bars, row, hours * HOUR_MS)] + opened(bars, row, least)
        told["gaps"].append(len(book) if row > 1 else np.nan)
        for name, side in (("rise", 1), ("fall", -1)):
            mine = [gap for gap in book if gap[1] == side]
            best = min(reversed(mine), key=lambda gap: max(close - gap[3] if gap[1] > 0 else gap[2] - close, 0.0), default=None)
            told[f"{name}_lower"].append(best[2] if best else np.nan)
            told[f"{name}_upper"].append(best[3] if best else np.nan)
    for name, values in OpenGaps(min_fraction=least, max_age=age).columns(bars).items():
        same(values, np.array(told[name]))


RISE = [(100, 101, 99, 100), (100, 106, 100, 106), (106, 112, 105, 111)]  # a gap from 101 to 105


@pytest.mark.parametrize(
    ("after", "count"),
    [
        pytest.param([(111, 112, 101.1, 111)], 1, id="a wick into the gap does not fill it"),
        pytest.param([(111, 112, 101, 111)], 0, id="one to its far edge does"),
        pytest.param([(111, 112, 106, 111)] * 5, 1, id="twenty hours"),
        pytest.param([(111, 112, 106, 111)] * 6, 0, id="twenty-four hours"),
    ],
)
def test_how_long_a_gap_stays_open(after: list[tuple[float, float, float, float]], count: int) -> None:
    """Bars of four hours."""
    assert OpenGaps().columns(candles(RISE + after))["gaps"][-1] == count


@pytest.mark.parametrize(("low", "count"), [(101.2221, 1), (101.2219, 0)])
def test_a_gap_needs_a_fifth_of_a_percent(low: float, count: int) -> None:
    """Of the close of 111, which is 0.222."""
    assert OpenGaps().columns(candles([*RISE[:2], (106, 112, low, 111)]))["gaps"][-1] == count
