"""Wilder's directional movement."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from runner.columns.moving import rma, unknown
from runner.columns.volatility import true_range
from runner.columns.windows import padded
from runner.model.bars import Bars, Floats


class Directional(NamedTuple):
    """How strongly prices go one way, and which way: each from 0 to 100, float64, shape (n,)."""

    adx: Floats
    plus_di: Floats
    minus_di: Floats


def adx(bars: Bars, length: int) -> Directional:
    """Average directional index with both indicators, worked out once.

    Averages are Wilder's, seeded with a plain mean. The indicators are NaN for `length` bars, the index for 2 × length − 1 of them.
    Where nothing moves all are 0.
    """
    return bars.once(("adx", length), lambda: _directional(bars, length))


def _directional(bars: Bars, length: int) -> Directional:
    count = len(bars)
    if count <= length:
        return Directional(adx=unknown(count), plus_di=unknown(count), minus_di=unknown(count))
    up, down = np.diff(bars.high), -np.diff(bars.low)
    reach = rma(true_range(bars)[1:], length)[length - 1 :]
    plus, minus = (_share(rma(moved, length)[length - 1 :], reach) for moved in (_movement(up, down), _movement(down, up)))
    index = rma(_share(np.abs(plus - minus), plus + minus), length)
    return Directional(adx=padded(index, count), plus_di=padded(plus, count), minus_di=padded(minus, count))


def _movement(this: Floats, other: Floats) -> Floats:
    """How far a bar reached beyond the one before on this side, where it did so further than on the other."""
    return np.where((this > other) & (this > 0), this, 0.0)


def _share(part: Floats, whole: Floats) -> Floats:
    """In percent; 0 of nothing."""
    found = np.zeros(len(part))
    np.divide(part, whole, out=found, where=whole > 0)
    return 100 * found
