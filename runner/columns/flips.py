"""Sides that last until the other one comes."""

from __future__ import annotations

import numpy as np

from runner.model.bars import Floats


def kept(side: Floats) -> Floats:
    """+1.0 or -1.0 at each bar: its own side, or the last one before it where it has none (0 or NaN); 0.0 before the first."""
    if not len(side):
        return side
    has = np.abs(side) == 1.0
    last = np.maximum.accumulate(np.where(has, np.arange(len(side)), -1))
    return np.where(last >= 0, side[np.maximum(last, 0)], 0.0)


def turns(side: Floats) -> Floats:
    """The new side at the bar where a kept side becomes the other one, 0.0 elsewhere; the first side of all is no turn."""
    turned = np.zeros(len(side))
    turned[1:] = np.where(side[1:] * side[:-1] < 0, side[1:], 0.0)
    return turned
