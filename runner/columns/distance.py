"""Distances from the entry in the units that exits speak of."""

from __future__ import annotations

from typing import Literal

import numpy as np

from runner.columns.volatility import atr
from runner.model.bars import Floats
from runner.model.draft import Draft

Unit = Literal["r", "fraction", "atr"]


def distances(draft: Draft, unit: Unit, length: int) -> Floats:
    """What one unit is as a price distance for each plan, float64, shape (k,); NaN where it is not known.

    r: the stop's distance; fraction: the entry price; atr: the average true range of `length` bars at the signal.
    """
    if unit == "r":
        return draft.risk
    return draft.entry if unit == "fraction" else draft.at(atr(draft.market.bars, length))


def positive(values: Floats) -> Floats:
    """The values above zero; NaN elsewhere."""
    above: Floats = np.where(values > 0, values, np.nan)
    return above
