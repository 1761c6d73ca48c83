"""How far prices move: true range and its average."""

from __future__ import annotations

import numpy as np

from runner.columns.moving import rma
from runner.columns.windows import deviation, padded
from runner.model.bars import Bars, Floats


def true_range(bars: Bars) -> Floats:
    """The bar's range, widened to the close before it: float64, shape (n,).

    Computed here because the library adds an epsilon to the whole history once any bar of it has no range.
    """
    if len(bars) == 0:
        return np.empty(0)
    before = np.concatenate((bars.close[:1], bars.close[:-1]))
    before[0] = bars.low[0]
    top = np.maximum(bars.high, before)
    bottom = np.minimum(bars.low, before, out=before)
    span: Floats = np.subtract(top, bottom, out=top)
    return span


def atr(bars: Bars, length: int) -> Floats:
    """Wilder's average true range in price units; NaN until `length` bars are there."""
    return bars.once(("atr", length), lambda: rma(true_range(bars), length))


def realised(bars: Bars, length: int) -> Floats:
    """Standard deviation of the last `length` log returns, one bar's move as a fraction of price; NaN for as many bars."""
    return bars.once(("realised", length), lambda: padded(deviation(np.diff(np.log(bars.close)), length, sample=True), len(bars)))
