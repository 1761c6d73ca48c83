"""A stop line that follows prices and changes sides when they close through it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from runner.columns.moving import unknown
from runner.columns.volatility import atr
from runner.columns.windows import padded
from runner.model.bars import Bars, Floats


class Supertrend(NamedTuple):
    """`line`, in price units, and `direction`, +1.0 while it runs below prices, -1.0 while above; float64, shape (n,)."""

    line: Floats
    direction: Floats


def supertrend(bars: Bars, length: int, width: float) -> Supertrend:
    """Bands `width` average true ranges around the middle of each bar, that only tighten while prices close inside; worked out once.

    NaN until the range is warm and a close has left the bands for the first time: before that the side is not known.
    """
    return bars.once(("supertrend", length, width), lambda: _supertrend(bars, length, width))


def _supertrend(bars: Bars, length: int, width: float) -> Supertrend:
    if len(bars) < length:
        return Supertrend(line=unknown(len(bars)), direction=unknown(len(bars)))
    middle, reach = (bars.high + bars.low) / 2, width * atr(bars, length)
    rows = slice(length - 1, None)
    line, side = _followed((middle + reach)[rows].tolist(), (middle - reach)[rows].tolist(), bars.close[rows].tolist())
    direction = padded(np.array(side), len(bars))
    return Supertrend(line=np.where(np.isnan(direction), np.nan, padded(np.array(line), len(bars))), direction=direction)


def _followed(above: list[float], below: list[float], closes: list[float]) -> tuple[list[float], list[float]]:
    """The band that holds and its side at each bar: a band moves towards prices, or anew from where a close left it."""
    high, low, side, before = above[0], below[0], np.nan, closes[0]
    lines, sides = [], []
    for top, bottom, close in zip(above, below, closes, strict=True):
        if top < high or before > high:
            high = top
        if bottom > low or before < low:
            low = bottom
        if close > high:
            side = 1.0
        elif close < low:
            side = -1.0
        lines.append(low if side > 0 else high)
        sides.append(side)
        before = close
    return lines, sides
