"""What indicators are held against: the shipped bars, and sums written out as in the textbook, one bar at a time in plain Python."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from runner.model.bars import Bars
from tests.contracts.discovery import source

NAN = float("nan")
Row = Sequence[float]
ON_REAL_BARS = pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT"])


def shipped(symbol: str, timeframe: str = "4h") -> Bars:
    """All bars of a symbol that ship."""
    return source().bars(symbol, timeframe)


def agrees(column: Sequence[float] | np.ndarray[tuple[int, ...], np.dtype[np.float64]], expected: Row, atol: float = 0.0) -> None:
    """Unknown at the same bars, and equal to 1e-8 of the value everywhere else; there is something to compare."""
    assert np.isfinite(expected).sum() > len(expected) * 0.8
    np.testing.assert_allclose(column, expected, rtol=1e-8, atol=atol)


def window(values: Row, row: int, length: int) -> Row:
    """The last `length` values up to `row`; none while there are fewer."""
    return values[row + 1 - length : row + 1] if row + 1 >= length else []


def mean(values: Row) -> float:
    """Sum over number; unknown of nothing."""
    return sum(values) / len(values) if values else NAN


def wilder(values: Row, length: int) -> Row:
    """Wilder's average: the mean of the first `length` known values, then 1/length of the way to each (New Concepts, 1978)."""
    found: list[float] = []
    first = next((row for row, value in enumerate(values) if value == value), len(values))  # noqa: PLR0124 - NaN differs from itself
    for row, value in enumerate(values):
        seed = row == first + length - 1
        found.append(
            mean(values[first : row + 1]) if seed else (found[-1] * (length - 1) + value) / length if row >= first + length else NAN
        )
    return found


def exponential(values: Row, length: int) -> Row:
    """Exponential average: the mean of the first `length` values, then 2/(length + 1) of the way to each."""
    found = [NAN] * (length - 1) + [mean(values[:length])]
    for value in values[length:]:
        found.append(found[-1] + (value - found[-1]) * 2 / (length + 1))
    return found


def true_ranges(bars: Bars) -> Row:
    """High less low, or to the close before where that is further."""
    found = [float(bars.high[0] - bars.low[0])]
    for row in range(1, len(bars)):
        high, low, before = bars.high[row], bars.low[row], bars.close[row - 1]
        found.append(float(max(high - low, abs(high - before), abs(low - before))))
    return found


def typical(bars: Bars) -> Row:
    """A third of high, low and close."""
    return [float(high + low + close) / 3 for high, low, close in zip(bars.high, bars.low, bars.close, strict=True)]


def highest(values: Row, row: int, length: int) -> float:
    """The largest of the last `length` values; unknown while there are fewer."""
    return max(window(values, row, length), default=NAN)


def lowest(values: Row, row: int, length: int) -> float:
    """The smallest of them."""
    return min(window(values, row, length), default=NAN)
