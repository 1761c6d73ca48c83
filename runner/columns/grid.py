"""Where the levels of a grid stand, how far its range reaches, and when a new one begins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runner.columns.moving import sma
from runner.model.bars import Bars, Floats

MOST_LEVELS = 64


def centre_of(bars: Bars, centre: str, length: int) -> Floats:
    """The price a grid hangs from at each bar: its close, or the average of `length` closes, NaN until known."""
    return bars.close if centre == "close" else sma(bars.close, length)


def first_of_period(bars: Bars, period_ms: int) -> NDArray[np.bool_]:
    """Bars whose close is the first of a period, counted from 1970."""
    period = bars.close_time // period_ms
    return np.diff(period, prepend=period[:1]) > 0


def laid(centre: Floats, spacing: Floats, below: float, above: float) -> dict[str, Floats]:
    """The centre, and the ends of the range that many spacings below and above it."""
    return {"centre": centre, "range_low": centre - below * spacing, "range_high": centre + above * spacing}


def refuse_without_room(below: int, above: int, beyond: float, spacing_fraction: float) -> None:
    """Refuses (ValueError) no level at all, too many, and a range that would reach down to zero."""
    if not 1 <= below + above <= MOST_LEVELS:
        raise ValueError(f"expected 1 to {MOST_LEVELS} levels in all, was {below + above}")
    if (max(below, above) + beyond) * spacing_fraction >= 1:
        raise ValueError("the lowest level would not be above zero; fewer levels, or a smaller spacing_fraction")
