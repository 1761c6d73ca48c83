"""Channels around prices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from runner.columns.moving import ema_of, floats
from runner.columns.volatility import atr
from runner.columns.windows import later
from runner.model.bars import Bars, Floats


class Channel(NamedTuple):
    """Two edges and the line between them, each float64, shape (n,), in price units."""

    upper: Floats
    middle: Floats
    lower: Floats


def highest(values: Floats, length: int) -> Floats:
    """Largest of the last `length` values; NaN before there are as many."""
    import pandas as pd

    return floats(pd.Series(values, copy=False).rolling(length).max())


def lowest(values: Floats, length: int) -> Floats:
    """Smallest of the last `length` values; NaN before there are as many."""
    import pandas as pd

    return floats(pd.Series(values, copy=False).rolling(length).min())


def donchian(bars: Bars, length: int, *, before: bool = False) -> Channel:
    """Highest high and lowest low of the last `length` bars, and the middle between them, worked out once.

    before: of the bars before each bar, so that the bar itself can break out; then NaN for `length` bars, else for length − 1.
    """
    return bars.once(("donchian", length, before), lambda: _donchian(bars, length, before=before))


def _donchian(bars: Bars, length: int, *, before: bool) -> Channel:
    upper, lower = highest(bars.high, length), lowest(bars.low, length)
    if before:
        upper, lower = later(upper, 1), later(lower, 1)
    return Channel(upper=upper, middle=(upper + lower) / 2, lower=lower)


def keltner(bars: Bars, length: int, range_length: int, width: float) -> Channel:
    """Exponential average of closes, and `width` average true ranges of `range_length` bars to either side; NaN until both are warm."""
    middle, reach = ema_of(bars, length), width * atr(bars, range_length)
    return Channel(upper=middle + reach, middle=np.where(np.isnan(reach), np.nan, middle), lower=middle - reach)
