"""Oscillators."""

from __future__ import annotations

import numpy as np

from runner.columns.moving import rma, unknown
from runner.columns.windows import padded, quotient
from runner.model.bars import Floats


def rsi(values: Floats, length: int) -> Floats:
    """Relative strength index from 0 to 100; NaN until `length` changes are there, and where none of them was one.

    Rises and falls are averaged as Wilder does, beginning with their plain means. The library begins with the first change alone, which
    takes some two hundred bars to forget.
    """
    if len(values) <= length:
        return unknown(len(values))
    changes = np.diff(values)
    rises, falls = (rma(np.maximum(moved, 0), length)[length - 1 :] for moved in (changes, -changes))
    return padded(100 * quotient(rises, rises + falls), len(values))
