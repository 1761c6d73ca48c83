"""Columnar candles of one instrument and timeframe."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
SUMMED = ("buy_volume", "sell_volume", "trades")
OPTIONAL = (*SUMMED, "ends")
MOST = 1 << 29  # bytes of columns that are kept beside the bars they were worked out of


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Candles, oldest first. `open_time` is UTC milliseconds, int64, shape (n,); prices and volume float64, shape (n,).

    `ends` holds close times, UTC milliseconds, where some bars are shorter than `timeframe_ms`; None means all are whole.
    """

    symbol: str
    timeframe_ms: int
    open_time: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    buy_volume: Floats | None = None
    sell_volume: Floats | None = None
    trades: Floats | None = None
    origin: str = ""
    ends: Times | None = None

    def __len__(self) -> int:
        return len(self.open_time)

    @cached_property
    def close_time(self) -> Times:
        """UTC milliseconds at which each bar is complete; worked out once."""
        return self.open_time + self.timeframe_ms if self.ends is None else self.ends

    def once[T](self, key: Hashable, make: Callable[[], T]) -> T:
        """What several blocks work out of these bars is worked out once: everybody gets the same object, and only reads it.

        A sweep asks the same bars for ever more columns: beyond MOST bytes of arrays the oldest are let go.
        """
        known: dict[Hashable, Any] = self.__dict__.setdefault("_known", {})
        if key not in known:
            made = make()
            room = MOST - size(made)
            for oldest in list(known):
                if sum(map(size, known.values())) <= room:
                    break
                known.pop(oldest, None)
            known[key] = made
            return made
        found: T = known[key]
        return found

    def rows(self, rows: slice | NDArray[np.bool_] | NDArray[np.int64]) -> Bars:
        """The bars at `rows` (slice, mask or indices)."""
        names = ("open_time", "open", "high", "low", "close", "volume")
        kept = {name: getattr(self, name)[rows] for name in names}
        extra = {name: getattr(self, name)[rows] for name in OPTIONAL if getattr(self, name) is not None}
        return replace(self, **kept, **extra)

    def closed_by(self, time_ms: int) -> Bars:
        """The bars that are complete at `time_ms`."""
        return self.rows(slice(0, int(np.searchsorted(self.close_time, time_ms, side="right"))))

    def between(self, start_ms: int, end_ms: int) -> Bars:
        """The bars that open at or after `start_ms` and are complete by `end_ms`."""
        first = int(np.searchsorted(self.open_time, start_ms, side="left"))
        last = int(np.searchsorted(self.close_time, end_ms, side="right"))
        return self.rows(slice(first, max(first, last)))


def resample(bars: Bars, timeframe_ms: int) -> Bars:
    """Coarser bars on the UTC grid of `timeframe_ms` (weeks start on Monday); the last bar is kept only when complete.

    Refuses (ValueError) a timeframe that is not a multiple of the bars' own.
    """
    if timeframe_ms == bars.timeframe_ms:
        return bars
    if timeframe_ms % bars.timeframe_ms:
        raise ValueError(f"{timeframe_ms} ms is not a multiple of the bars' {bars.timeframe_ms} ms")
    if len(bars) == 0:
        return replace(bars, timeframe_ms=timeframe_ms)
    monday = 4 * 86_400_000 if timeframe_ms % (7 * 86_400_000) == 0 else 0
    bucket = (bars.open_time - monday) // timeframe_ms
    first = np.flatnonzero(np.r_[True, bucket[1:] != bucket[:-1]])
    last = np.r_[first[1:] - 1, len(bars) - 1]
    summed: dict[str, Any] = {name: np.add.reduceat(getattr(bars, name), first) for name in SUMMED if getattr(bars, name) is not None}
    coarse = replace(
        bars,
        timeframe_ms=timeframe_ms,
        open_time=bucket[first] * timeframe_ms + monday,
        open=bars.open[first],
        high=np.maximum.reduceat(bars.high, first),
        low=np.minimum.reduceat(bars.low, first),
        close=bars.close[last],
        volume=np.add.reduceat(bars.volume, first),
        **summed,
    )
    return coarse.closed_by(int(bars.close_time[-1]))


def size(made: Any) -> int:
    """Bytes of the arrays in what was made of bars: itself, or the parts of a tuple or mapping."""
    if isinstance(made, np.ndarray):
        return int(made.nbytes)
    parts = made.values() if isinstance(made, Mapping) else made if isinstance(made, tuple | list) else ()
    return sum(map(size, parts))
