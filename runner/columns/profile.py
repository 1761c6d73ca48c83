"""Market profile: at which prices the volume of some bars was traded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from runner.columns.moving import unknown
from runner.columns.sessions import completed, sessions
from runner.columns.spread import chunks
from runner.model.bars import Bars, Floats
from runner.model.rules import Reset

Rows = NDArray[np.int64]
NAMES = ("poc", "val", "vah")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One price grid per profile, from its lowest low to its highest high; float64, shape (p,)."""

    low: Floats
    high: Floats
    bins: int

    def slots(self, prices: Floats, which: Rows | slice) -> Rows:
        """The bin of each price in the grid that `which` names; the top price belongs to the last bin."""
        height = self.high - self.low
        per_price: Floats = np.zeros(len(height))
        np.divide(self.bins, height, out=per_price, where=height > 0)
        low, per_price = self.low[which], per_price[which]
        wide = (len(low),) + (1,) * (prices.ndim - 1)
        slots = (prices - low.reshape(wide)) * per_price.reshape(wide)
        return np.minimum(slots.astype(np.int64), self.bins - 1)


def typical(bars: Bars) -> Floats:
    """(high + low + close) / 3: where a bar's volume is counted."""
    return (bars.high + bars.low + bars.close) / 3


def rolling(bars: Bars, length: int, bins: int, share: float) -> dict[str, Floats]:
    """`poc`, `val`, `vah` of the last `length` bars, the present one included; NaN before there are as many or without volume."""
    count = len(bars) - length + 1
    columns = {name: unknown(len(bars)) for name in NAMES}
    if count < 1:
        return columns
    prices, volume = sliding_window_view(typical(bars), length), sliding_window_view(bars.volume, length)
    low, high = sliding_window_view(bars.low, length), sliding_window_view(bars.high, length)
    for rows in chunks(count):
        grid = Grid(low=low[rows].min(axis=1), high=high[rows].max(axis=1), bins=bins)
        slots = grid.slots(prices[rows], slice(None)) + np.arange(rows.stop - rows.start)[:, None] * bins
        sized = np.bincount(slots.ravel(), volume[rows].ravel(), (rows.stop - rows.start) * bins).reshape(-1, bins).astype(np.float64)
        for name, values in read(sized, grid, share).items():
            columns[name][rows.start + length - 1 : rows.stop + length - 1] = values
    return columns


def by_session(bars: Bars, clock: Reset, bins: int, share: float) -> dict[str, Floats]:
    """The same of the last session that is over at each bar's close; NaN until there is one that was seen from its begin."""
    if not len(bars):
        return {name: unknown(0) for name in NAMES}
    days = sessions(bars, clock)
    grid = Grid(low=np.minimum.reduceat(bars.low, days.first), high=np.maximum.reduceat(bars.high, days.first), bins=bins)
    slots = grid.slots(typical(bars), days.of) + days.of * bins
    sized = np.bincount(slots, bars.volume, len(days.first) * bins).reshape(-1, bins).astype(np.float64)
    last = completed(bars, days)
    return {name: np.where(last >= 0, values[np.maximum(last, 0)], np.nan) for name, values in read(sized, grid, share).items()}


def read(sized: Floats, grid: Grid, share: float) -> dict[str, Floats]:
    """Prices of the profiles `sized`, shape (p, bins): middle of the fullest bin, lower and upper end of the value area."""
    bottom, fullest, top = value_area(sized, share)
    width = (grid.high - grid.low) / grid.bins
    prices = {"poc": grid.low + (fullest + 0.5) * width, "val": grid.low + bottom * width, "vah": grid.low + (top + 1) * width}
    traded = sized.any(axis=1)
    return {name: np.where(traded, values, np.nan) for name, values in prices.items()}


def value_area(sized: Floats, share: float) -> tuple[Rows, Rows, Rows]:
    """First bin, fullest bin (of equals the lowest) and last bin of the value area of each profile, shape (p,).

    The area begins as the fullest bin and takes in the fuller neighbour, the upper of equals, until it holds `share` of the volume.
    """
    count, bins = sized.shape
    flat = np.pad(sized, ((0, 0), (1, 1)), constant_values=-1.0).ravel()  # an end stands beyond the first and the last bin
    start = np.arange(count) * (bins + 2) + 1
    fullest = sized.argmax(axis=1)
    bottom, top = start + fullest, start + fullest
    held, wanted = flat[bottom], share * sized.sum(axis=1)
    grows = np.flatnonzero(held < wanted)
    while len(grows):
        below, above = flat[bottom[grows] - 1], flat[top[grows] + 1]
        up = above >= below
        held[grows] += np.maximum(np.where(up, above, below), 0)
        top[grows] += up
        bottom[grows] -= ~up
        whole = top[grows] - bottom[grows] == bins - 1
        grows = grows[(held[grows] < wanted[grows]) & ~whole]
    return bottom - start, fullest, top - start
