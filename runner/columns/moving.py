"""Moving averages, by pandas-ta without its TA-Lib path (which gives other numbers) and by pandas."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.columns.library import library
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
    import pandas as pd

    return floats(library().ema(pd.Series(values, copy=False), length=length, talib=False))


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
    import pandas as pd

    seeded = values.copy()
    seeded[: length - 1] = np.nan
    seeded[length - 1] = values[:length].mean()
    return floats(library().rma(pd.Series(seeded, copy=False), length=length))


def meeting(fast: float, slow: float, fast_length: int, slow_length: int) -> str:
    """As words: the next close at which two exponential averages that now stand at `fast` and `slow` would meet."""
    pull, drag = 2 / (fast_length + 1), 2 / (slow_length + 1)
    close = (slow * (1 - drag) - fast * (1 - pull)) / (pull - drag)
    return f"they would have met at a close of {close:,.6g}" if close > 0 else "no close could have made them meet"
