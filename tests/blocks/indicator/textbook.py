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
