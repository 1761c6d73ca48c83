"""Swings: highs and lows that stand out among their neighbours, and the structure they make."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from runner.columns.moving import unknown
from runner.model.bars import Bars, Floats

Rows = NDArray[np.int64]


def swing_rows(values: Floats, reach: int) -> Rows:
    """Rows whose value is higher than each of the `reach` before it and not lower than each of the `reach` after it."""
    if len(values) <= 2 * reach:
        return np.empty(0, np.int64)
    tops = sliding_window_view(values, reach).max(axis=1)
    middle = values[reach:-reach]
    return np.flatnonzero((middle > tops[: len(middle)]) & (middle >= tops[reach + 1 :])) + reach


def carried(values: Floats, rows: Rows, reach: int, back: int) -> Floats:
    """The value at the last of `rows` that is confirmed, `reach` bars later, at each bar; at the one `back` before it for back > 0."""
    number = np.searchsorted(rows + reach, np.arange(len(values)), side="right") - 1 - back
    return np.where(number >= 0, values[rows][np.maximum(number, 0)], np.nan) if len(rows) else unknown(len(values))


def swings(bars: Bars, reach: int) -> dict[str, Floats]:
    """Last swing high and low that are confirmed (`swing_high`, `swing_low`) and `trend`, all float64, shape (n,).

    trend: +1 after a higher high and a higher low, -1 after a lower high and a lower low, else 0; NaN until two of each are there.
    """
    highs, lows = swing_rows(bars.high, reach), swing_rows(-bars.low, reach)
    high, low = carried(bars.high, highs, reach, 0), carried(bars.low, lows, reach, 0)
    up = np.sign(high - carried(bars.high, highs, reach, 1))
    down = np.sign(low - carried(bars.low, lows, reach, 1))
    trend = np.where(np.isnan(up + down), np.nan, np.where(up == down, up, 0.0))
    return {"swing_high": high, "swing_low": low, "trend": trend}
