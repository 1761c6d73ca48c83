"""Moving averages by pandas: those of pandas-ta without its TA-Lib path (which gives other numbers), bit for bit, without its import.

Importing pandas-ta takes longer than all columns of a run; the tests hold these against it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.model.bars import Bars, Floats


def unknown(count: int) -> Floats:
    """A column that is never warm: NaN, float64, shape (count,)."""
    return np.full(count, np.nan)


def constant(value: float, count: int) -> Floats:
    """The same value at every bar without the memory: read-only, float64, shape (count,)."""
    return np.broadcast_to(np.float64(value), (count,))


def floats(column: Any) -> Floats:
    """A pandas column as a contiguous float64 array; read-only, because the memory stays pandas'."""
    return np.ascontiguousarray(column, np.float64)


def ema(values: Floats, length: int) -> Floats:
    """Exponential average, seeded with the mean of the first `length` values; NaN before."""
    if len(values) < length:
        return unknown(len(values))
    return floats(seeded(values, length).ewm(span=length, adjust=False).mean())


def ema_of(bars: Bars, length: int) -> Floats:
    """The same of closes, worked out once however many blocks ask."""
    return bars.once(("ema", length), lambda: ema(bars.close, length))


def sma(values: Floats, length: int) -> Floats:
    """Mean of the last `length` values; NaN before there are as many."""
    import pandas as pd

    return floats(pd.Series(values, copy=False).rolling(length).mean())


def rma(values: Floats, length: int) -> Floats:
    """Wilder's average, seeded with the mean of the first `length` values; NaN before."""
    if len(values) < length:
        return unknown(len(values))
    return floats(seeded(values, length, pandas=False).ewm(alpha=1.0 / length, adjust=False).mean())


def seeded(values: Floats, length: int, *, pandas: bool = True) -> Any:
    """The values as a pandas series that begins with the mean of the first `length` of them, as pandas or as numpy adds them up."""
    import pandas as pd

    series = pd.Series(values.copy(), copy=False)
    first = series.iloc[:length].mean() if pandas else values[:length].mean()
    series.iloc[: length - 1] = np.nan
    series.iloc[length - 1] = first
    return series


def meeting(fast: float, slow: float, fast_length: int, slow_length: int) -> str:
    """As words: the next close at which two exponential averages that now stand at `fast` and `slow` would meet."""
    pull, drag = 2 / (fast_length + 1), 2 / (slow_length + 1)
    close = (slow * (1 - drag) - fast * (1 - pull)) / (pull - drag)
    return f"they would have met at a close of {close:,.6g}" if close > 0 else "no close could have made them meet"
