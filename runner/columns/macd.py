"""Moving average convergence and divergence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from runner.columns.moving import ema, ema_of, unknown
from runner.model.bars import Bars, Floats


class Macd(NamedTuple):
    """The distance of two exponential averages, its own average, and what lies between them: float64, shape (n,), in price units."""

    line: Floats
    signal: Floats
    histogram: Floats


def macd(bars: Bars, fast: int, slow: int, signal: int) -> Macd:
    """Of closes, worked out once. Each average is seeded with the mean of its first values; TA-Lib seeds the fast one later.

    `line` is NaN for slow − 1 bars, the others for slow + signal − 2.
    """
    return bars.once(("macd", fast, slow, signal), lambda: _macd(bars, fast, slow, signal))


def _macd(bars: Bars, fast: int, slow: int, signal: int) -> Macd:
    line = ema_of(bars, fast) - ema_of(bars, slow)
    average = unknown(len(line))
    average[slow - 1 :] = ema(np.ascontiguousarray(line[slow - 1 :]), signal)
    return Macd(line=line, signal=average, histogram=line - average)
