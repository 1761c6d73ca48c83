"""Stochastic oscillator: where the close stands in the range of the last bars."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from runner.columns.moving import unknown
from runner.model.bars import Bars, Floats


class Stochastic(NamedTuple):
    """From 0 to 100, float64, shape (n,): the smoothed position in the range, and its own mean."""

    k: Floats
    d: Floats


def stochastic(bars: Bars, length: int, smooth: int, signal: int) -> Stochastic:
    """The slow form, plain means throughout, worked out once. NaN until warm, and while a window holds a range without height."""
    return bars.once(("stochastic", length, smooth, signal), lambda: _stochastic(bars, length, smooth, signal))


def _stochastic(bars: Bars, length: int, smooth: int, signal: int) -> Stochastic:
    raw = unknown(len(bars))
    if len(bars) >= length:
        top = sliding_window_view(bars.high, length).max(axis=1)
        bottom = sliding_window_view(bars.low, length).min(axis=1)
        np.divide(100 * (bars.close[length - 1 :] - bottom), top - bottom, out=raw[length - 1 :], where=top > bottom)
    k = means(raw, smooth)
    return Stochastic(k=k, d=means(k, signal))


def means(values: Floats, length: int) -> Floats:
    """Mean of each window of `length` values that are all known; NaN elsewhere."""
    mean = unknown(len(values))
    if len(values) >= length:
        mean[length - 1 :] = sliding_window_view(values, length).mean(axis=1)
    return mean
