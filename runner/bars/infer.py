"""Steps of an unknown instrument, read off its prices."""

from __future__ import annotations

import math

import numpy as np

from runner.model.bars import Bars, Floats

SIGNIFICANT = 8  # a price that needs more digits than this is not quoted in decimal steps
WHOLE = 1e-6  # how far from a whole number of steps a price may be


def tick_of(bars: Bars) -> float:
    """The smallest decimal step seen in open, high, low and close; at least 1e-8 of the usual price."""
    prices = (bars.open, bars.high, bars.low, bars.close)
    most = SIGNIFICANT - math.floor(math.log10(float(np.median(bars.close))))
    digits = 0
    for rows in (slice(1_000), slice(None)):  # a few rows find nearly all the digits, the rest only confirm them
        while digits < most and not all(whole(price[rows], digits) for price in prices):
            digits += 1
    return float(f"1e{-digits}")


def whole(prices: Floats, digits: int) -> bool:
    """Whether these prices are multiples of 10 to the minus `digits`."""
    steps = prices * 10.0**digits
    return bool(np.all(np.abs(steps - np.rint(steps)) <= WHOLE))


def quantity_step_of(bars: Bars) -> float:
    """The largest power of ten that is worth at most one unit of the quote currency at the usual price."""
    return float(f"1e{math.floor(-math.log10(float(np.median(bars.close))))}")
