"""Candles of one market: those that were given, and those that its own trades make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from runner.model.bars import Floats, Times

MONDAY_MS = 4 * 86_400_000
WEEK_MS = 7 * 86_400_000


class Candle(NamedTuple):
    """One candle; `end_ms` is the first instant after it."""

    start_ms: int
    end_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class Candles:
    """Candles of `base_ms`, oldest first; the last may still be forming."""

    def __init__(self, base_ms: int = 60_000) -> None:
        self.base_ms = base_ms
        self.rows: list[Candle] = []

    def give(self, start: Times, o: Floats, h: Floats, low: Floats, c: Floats, volume: Floats | None = None) -> None:
        """Candles of the past."""
        volumes = np.zeros(len(start)) if volume is None else volume
        for row in zip(start.tolist(), o.tolist(), h.tolist(), low.tolist(), c.tolist(), volumes.tolist(), strict=True):
            self.rows.append(Candle(row[0], row[0] + self.base_ms, *row[1:]))

    def trade(self, now_ms: int, price: float) -> None:
        """A trade at `price`: into the forming candle, or the first of a new one."""
        start = bucket(now_ms, self.base_ms)
        if not self.rows or self.rows[-1].start_ms < start:
            self.rows.append(Candle(start, start + self.base_ms, price, price, price, price, 0.0))
            return
        row = self.rows[-1]
        self.rows[-1] = row._replace(high=max(row.high, price), low=min(row.low, price), close=price)

    def finish(self, volume: float) -> None:
        """The volume of the candle that ends."""
        if self.rows:
            self.rows[-1] = self.rows[-1]._replace(volume=volume)

    def newest(self, interval_ms: int, start_ms: int | None, end_ms: int | None, limit: int) -> list[Candle]:
        """Up to `limit` candles of the interval between the two, newest first; none of a finer interval than there is."""
        if interval_ms < self.base_ms or interval_ms % self.base_ms:
            return []
        found: list[Candle] = []
        for row in reversed(self.rows):
            start = bucket(row.start_ms, interval_ms)
            if end_ms is not None and start > end_ms:
                continue
            if start_ms is not None and start < start_ms:
                break
            if found and found[-1].start_ms == start:
                found[-1] = joined(row, found[-1])
                continue
            if len(found) == limit:
                break
            found.append(row._replace(start_ms=start, end_ms=start + interval_ms))
        return found


def bucket(time_ms: int, interval_ms: int) -> int:
    """The start of the candle that holds an instant; weeks start on Monday."""
    shift = MONDAY_MS if interval_ms % WEEK_MS == 0 else 0
    return (time_ms - shift) // interval_ms * interval_ms + shift


def joined(earlier: Candle, later: Candle) -> Candle:
    """A candle with an earlier part put before it."""
    return later._replace(
        open=earlier.open, high=max(earlier.high, later.high), low=min(earlier.low, later.low), volume=earlier.volume + later.volume
    )


def span(rows: Iterable[Candle]) -> tuple[float, float, float, float]:
    """First open, highest high, lowest low and summed volume; zeros for none."""
    every = list(rows)
    if not every:
        return 0.0, 0.0, 0.0, 0.0
    return every[0].open, max(r.high for r in every), min(r.low for r in every), sum(r.volume for r in every)
