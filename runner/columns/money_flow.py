"""Money flow: typical price times volume, counted for or against."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from runner.columns.moving import unknown
from runner.model.bars import Bars, Floats


def money_flow_index(bars: Bars, length: int) -> Floats:
    """Share of the last `length` flows that came with a rising typical price, 0 to 100, worked out once.

    A bar whose typical price is that of the bar before counts for neither side. NaN for `length` bars, and where nothing flowed
    (TA-Lib says 0 there).
    """
    return bars.once(("money_flow_index", length), lambda: _index(bars, length))


def _index(bars: Bars, length: int) -> Floats:
    index = unknown(len(bars))
    if len(bars) <= length:
        return index
    typical = (bars.high + bars.low + bars.close) / 3
    change, flow = np.diff(typical), (typical * bars.volume)[1:]
    gained = sliding_window_view(np.where(change > 0, flow, 0.0), length).sum(axis=1)
    lost = sliding_window_view(np.where(change < 0, flow, 0.0), length).sum(axis=1)
    np.divide(gained, gained + lost, out=index[length:], where=gained + lost > 0)
    return 100 * index
