"""Fewer points for the eye, the same extremes: only what is drawn is thinned, never what is reckoned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars, Floats, Times

Rows = NDArray[np.int64]


def edges(count: int, most: int) -> Rows:
    """First rows of at most `most` stretches of nearly equal length, strictly increasing."""
    return np.unique(np.linspace(0, count, min(count, most) + 1).astype(np.int64)[:-1]) if count else np.empty(0, np.int64)


def telling(*columns: Floats, most: int) -> Rows:
    """Rows that keep each column's shape: of every stretch its first and last row, and each column's lowest and highest.

    columns: float64, shape (n,). At most about `most` rows; all of them where there are no more than that. NaN is passed over.
    """
    count = len(columns[0]) if columns else 0
    if count <= most:
        return np.arange(count)
    first = edges(count, max(1, most // (2 + 2 * len(columns))))
    kept = [first, np.r_[first[1:], count] - 1]
    for column in columns:
        kept += [extreme(np.nan_to_num(column, nan=np.inf), first), extreme(np.nan_to_num(-column, nan=np.inf), first)]
    rows: Rows = np.unique(np.concatenate(kept))
    return rows


def extreme(column: Floats, first: Rows) -> Rows:
    """The row of each stretch's lowest value, the earliest of several."""
    lowest = np.repeat(np.minimum.reduceat(column, first), np.diff(np.r_[first, len(column)]))
    hits = np.flatnonzero(column == lowest)
    _, earliest = np.unique(np.searchsorted(first, hits, side="right"), return_index=True)
    rows: Rows = hits[earliest]
    return rows


def changes(column: Floats) -> Rows:
    """Rows at which a column differs from the row before, and the last one; NaN equals NaN."""
    if len(column) == 0:
        return np.empty(0, np.int64)
    same = (column[1:] == column[:-1]) | (np.isnan(column[1:]) & np.isnan(column[:-1]))
    return np.unique(np.r_[0, np.flatnonzero(~same) + 1, len(column) - 1])


def candles(bars: Bars, most: int) -> tuple[Times, Floats, Floats, Floats, Floats]:
    """Open times, opens, highs, lows and closes of at most `most` candles; neighbours are merged into one."""
    first = edges(len(bars), most)
    if len(first) == 0:
        return (bars.open_time, bars.open, bars.high, bars.low, bars.close)
    last = np.r_[first[1:], len(bars)] - 1
    high, low = np.maximum.reduceat(bars.high, first), np.minimum.reduceat(bars.low, first)
    return (bars.open_time[first], bars.open[first], high, low, bars.close[last])
