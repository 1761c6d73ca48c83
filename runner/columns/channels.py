"""Channels around prices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from runner.columns.moving import floats
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
        upper, lower = one_later(upper), one_later(lower)
    return Channel(upper=upper, middle=(upper + lower) / 2, lower=lower)


def one_later(values: Floats) -> Floats:
    """Each bar gets the value of the bar before it; the first has none."""
    moved: Floats = np.concatenate((np.full(min(1, len(values)), np.nan), values[:-1]))
    return moved
