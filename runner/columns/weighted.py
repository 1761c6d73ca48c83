"""Moving averages that weigh late bars more, without a memory beyond their length."""

from __future__ import annotations

import math

import numpy as np

from runner.columns.windows import weighted_mean
from runner.model.bars import Floats


def wma(values: Floats, length: int) -> Floats:
    """Mean of the last `length` values weighted length, length − 1, … 1, the latest most; NaN before."""
    return weighted_mean(values, np.arange(length, 0, -1, dtype=np.float64))


def hull(values: Floats, length: int) -> Floats:
    """Hull's average: twice the weighted one of half the length less the whole one, weighted over the root of the length.

    Half and root are rounded down. NaN for the first length + root − 2 values.
    """
    return wma(2 * wma(values, length // 2) - wma(values, length), math.isqrt(length))
