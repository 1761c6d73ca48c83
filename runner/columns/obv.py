"""On-balance volume, seen over a window: the running total itself depends on where history starts, its differences do not."""

from __future__ import annotations

import numpy as np

from runner.columns.moving import unknown
from runner.columns.windows import padded, quotient, weighted_sum
from runner.model.bars import Bars, Floats


def signed_volume(bars: Bars) -> Floats:
    """Volume of bars that closed higher than the one before, minus that of bars that closed lower; NaN at the first."""
    return padded(np.sign(np.diff(bars.close)) * bars.volume[1:], len(bars))


def obv_change(bars: Bars, length: int) -> Floats:
    """What the last `length` bars added to on-balance volume; NaN for as many."""
    return weighted_sum(signed_volume(bars), np.ones(length))


def obv_pressure(bars: Bars, length: int) -> Floats:
    """That change as a share of all volume of these bars, -1 to 1; NaN until warm or where nothing was traded."""
    if len(bars) <= length:
        return unknown(len(bars))
    return quotient(obv_change(bars, length), weighted_sum(bars.volume, np.ones(length)))


def obv_over_average(bars: Bars, length: int) -> Floats:
    """On-balance volume minus its own mean of `length` bars; NaN for the first length − 1 bars.

    A change k bars ago is in all but k + 1 of the totals averaged, so the difference is a weighted sum of changes.
    """
    return weighted_sum(signed_volume(bars), np.arange(length - 1, 0, -1) / length)
