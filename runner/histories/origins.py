"""Which moment of the past each moment of a history repeats: a stationary block bootstrap that keeps to the clock."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.int64]


def origins(slots: int, period: int, mean: float, random: np.random.Generator) -> Slots:
    """For each slot of a history the slot of the past it repeats, int64, shape (slots,).

    Blocks have a geometric length of `mean` slots. Each begins at a slot of the past drawn evenly among those that stand at the
    same place of the `period` (slots of a day, or of a week), and runs on across the end of the past at its beginning, at the
    same place of the period too. So every slot repeats one of the same time of day, and all are drawn about equally often.
    Refuses (ValueError) a past shorter than one period.
    """
    if slots < period:
        raise ValueError(f"expected at least one period of {period} slots, was {slots}")
    first = np.flatnonzero(np.r_[True, random.random(slots - 1) * mean < 1.0])
    place = first % period
    begin = place + period * np.floor(random.random(len(first)) * (1 + (slots - 1 - place) // period)).astype(np.int64)
    block = np.repeat(np.arange(len(first)), np.diff(first, append=slots))
    return around(begin[block] + np.arange(slots) - first[block], slots, period)


def around(slot: Slots, slots: int, period: int) -> Slots:
    """Slots beyond the end of the past, carried back by whole periods to its beginning."""
    whole = slots // period * period
    return np.where(slot < slots, slot, slots - whole + (slot - slots) % whole)
