"""Oscillators."""

from __future__ import annotations

import numpy as np

from runner.columns.library import library
from runner.columns.moving import unknown
from runner.model.bars import Floats


def rsi(values: Floats, length: int) -> Floats:
    """Relative strength index from 0 to 100; NaN until `length` changes are there."""
    if len(values) <= length:
        return unknown(len(values))
    import pandas as pd

    column: Floats = np.array(library().rsi(pd.Series(values), length=length, talib=False), np.float64)
    column[:length] = np.nan
    return column
