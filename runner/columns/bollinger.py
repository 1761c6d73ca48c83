"""Bollinger bands: the mean of closes and a number of standard deviations to both sides."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from runner.columns.moving import unknown
from runner.model.bars import Bars, Floats


class Bands(NamedTuple):
    """upper, middle, lower in price units; percent: where the close stands between them, 0 = lower, 1 = upper; width over the middle.

    Each float64, shape (n,). `percent` is NaN where the bands have no width.
    """

    upper: Floats
    middle: Floats
    lower: Floats
    percent: Floats
    width: Floats


def bollinger(bars: Bars, length: int, deviations: float) -> Bands:
    """Mean and population deviation (over n, not n − 1) of the last `length` closes, worked out once; NaN for length − 1 bars."""
    return bars.once(("bollinger", length, deviations), lambda: _bands(bars.close, length, deviations))


def _bands(close: Floats, length: int, deviations: float) -> Bands:
    middle, deviation = unknown(len(close)), unknown(len(close))
    if len(close) >= length:
        last = close[length - 1 :]
        away = sliding_window_view(close, length) - last[:, np.newaxis]  # from the last close: exactly 0 while prices stand still
        mean = away.mean(axis=1)
        middle[length - 1 :] = last + mean
        deviation[length - 1 :] = np.sqrt(np.square(away - mean[:, np.newaxis]).mean(axis=1))
    upper, lower = middle + deviations * deviation, middle - deviations * deviation
    percent = unknown(len(close))
    np.divide(close - lower, upper - lower, out=percent, where=upper > lower)
    return Bands(upper=upper, middle=middle, lower=lower, percent=percent, width=(upper - lower) / middle)
