"""Volume against its own average."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runner.columns.moving import sma, unknown
from runner.model.bars import Bars, Floats


def ratio(volume: Floats, length: int) -> Floats:
    """Volume as a multiple of the mean of the last `length` bars, the present one included; NaN until warm or without volume."""
    average = sma(volume, length)
    multiple = unknown(len(volume))
    np.divide(volume, average, out=multiple, where=average > 0)
    return multiple


def busy_close(
    finer: Bars, busy: NDArray[np.bool_], last: NDArray[np.int64], opened: NDArray[np.int64], boundary: Floats, side: NDArray[np.int8]
) -> NDArray[np.bool_]:
    """Did a busy finer bar close beyond `boundary` inside each signal bar? All arrays but `finer` and `busy` have shape (g,).

    last: the last finer bar complete at the signal bar's close, -1 where there is none. opened: the signal bar's open time.
    """
    found = np.zeros(len(last), np.bool_)
    index = last.copy()
    while True:
        inside = (index >= 0) & (finer.open_time[np.maximum(index, 0)] >= opened) if len(finer) else np.zeros(len(last), np.bool_)
        if not inside.any():
            return found
        beyond = side * (finer.close[np.maximum(index, 0)] - boundary) > 0
        found |= inside & beyond & busy[np.maximum(index, 0)]
        index = np.where(inside, index - 1, -1)
