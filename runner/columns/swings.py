"""Where the market turned: the last high or low that the bars on both sides have confirmed."""

from __future__ import annotations

import numpy as np

from runner.model.bars import Floats


def last_low(lows: Floats, reach: int) -> Floats:
    """The last low that is under the `reach` lows before it and not over the `reach` after it, float64, shape (n,).

    It is known `reach` bars after it was made: earlier nobody can tell. NaN until there is one.
    """
    count, width = len(lows), 2 * reach + 1
    last = np.full(count, np.nan)
    if count < width:
        return last
    window = np.lib.stride_tricks.sliding_window_view(lows, width)
    middle = window[:, reach]
    turned = (middle < window[:, :reach].min(axis=1)) & (middle <= window[:, reach + 1 :].min(axis=1))
    found = np.where(turned, np.arange(len(middle)), -1)
    latest = np.maximum.accumulate(found)
    last[width - 1 :] = np.where(latest >= 0, middle[np.maximum(latest, 0)], np.nan)
    return last


def last_high(highs: Floats, reach: int) -> Floats:
    """The last high, found in the same way: over those before it and not under those after it."""
    return -last_low(-highs, reach)
