"""Price zones that stand for a while: found at a bar, visited, broken, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from runner.columns.moving import unknown
from runner.columns.volume import ratio
from runner.model.bars import Bars, Floats

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Zones:
    """Zones in the order of their birth, shape (z,). Known from the close of bar `born` on, no more at the close of bar `gone`.

    side: +1 below prices that may turn there upwards (demand), -1 above them (supply). lower, upper: edges in price units.
    """

    born: Rows
    gone: Rows
    side: NDArray[np.int8]
    lower: Floats
    upper: Floats

    def __len__(self) -> int:
        return len(self.born)

    @property
    def near(self) -> Floats:
        """The edge that price meets first: upper for demand, lower for supply."""
        return np.where(self.side > 0, self.upper, self.lower)

    @property
    def far(self) -> Floats:
        """The edge behind it."""
        return np.where(self.side > 0, self.lower, self.upper)


def rejections(bars: Bars, volume_ratio: float, volume_length: int, wick_fraction: float) -> Zones:
    """Bars on `volume_ratio` times their average volume whose wick is `wick_fraction` of their range: the wick is a zone.

    A lower wick leaves demand from low to body, an upper one supply from body to high. Nothing has ended them yet.
    """
    busy = (ratio(bars.volume, volume_length) >= volume_ratio) & (bars.high > bars.low)
    bottom, top = np.minimum(bars.open, bars.close), np.maximum(bars.open, bars.close)
    least = wick_fraction * (bars.high - bars.low)
    demand, supply = np.flatnonzero(busy & (bottom - bars.low >= least)), np.flatnonzero(busy & (bars.high - top >= least))
    born = np.concatenate((demand, supply))
    order = np.argsort(born, kind="stable")
    side = np.repeat(np.array([1, -1], np.int8), (len(demand), len(supply)))
    lower, upper = np.concatenate((bars.low[demand], top[supply])), np.concatenate((bottom[demand], bars.high[supply]))
    gone = np.full(len(born), len(bars), np.int64)
    return Zones(born=born[order], gone=gone, side=side[order], lower=lower[order], upper=upper[order])


def broken(zones: Zones, closes: Floats, max_age: int) -> Zones:
    """The same, each gone with the first close beyond its far edge, or when it is older than `max_age` bars."""
    gone = np.minimum(zones.born + max_age + 1, len(closes))
    for number, (born, end, side, far) in enumerate(zip(zones.born, gone, zones.side, zones.far, strict=True)):
        gone[number] = first(side * (closes[born + 1 : end] - far) < 0, born + 1, end)
    return replace(zones, gone=gone)


def first(holds: NDArray[np.bool_], start: int, otherwise: int) -> int:
    """Row of the first true value of a stretch that begins at `start`."""
    row = int(holds.argmax()) if len(holds) else 0
    return start + row if len(holds) and holds[row] else otherwise


def kept(zones: Zones, most: int) -> Zones:
    """The same with at most `most` at a time: a new one drives out the oldest."""
    gone, book = zones.gone.tolist(), list[int]()
    for number, born in enumerate(zones.born.tolist()):
        book = [each for each in book if gone[each] > born]
        book.append(number)
        if len(book) > most:
            gone[book.pop(0)] = born
    return replace(zones, gone=np.array(gone, np.int64))


def visits(zones: Zones, bars: Bars) -> list[Rows]:
    """For each zone the bars whose wick came into it while the bar before was outside."""
    found: list[Rows] = []
    for born, gone, side, near in zip(zones.born, zones.gone, zones.side, zones.near, strict=True):
        wick = bars.low if side > 0 else bars.high
        inside = side * (near - wick[born:gone]) >= 0
        found.append(np.flatnonzero(inside[1:] & ~inside[:-1]) + born + 1)
    return found


def nearest(zones: Zones, closes: Floats, side: int) -> Rows:
    """The zone of `side` nearest to each close, of equals the youngest; -1 where there is none. int64, shape (n,)."""
    index, best = np.full(len(closes), -1, np.int64), np.full(len(closes), np.inf)
    near = zones.near
    for number in np.flatnonzero(zones.side == side):
        rows = slice(zones.born[number], zones.gone[number])
        away = np.maximum(side * (closes[rows] - near[number]), 0)
        better = away <= best[rows]
        np.copyto(best[rows], away, where=better)
        np.copyto(index[rows], number, where=better)
    return index


def edges(zones: Zones, index: Rows) -> tuple[Floats, Floats]:
    """Lower and upper edge of the zone at each bar, NaN where `index` is -1."""
    if not len(zones):
        return unknown(len(index)), unknown(len(index))
    there, at = index >= 0, np.maximum(index, 0)
    return np.where(there, zones.lower[at], np.nan), np.where(there, zones.upper[at], np.nan)


def tests(index: Rows, visited: Sequence[Rows]) -> Floats:
    """How often the zone at each bar had been visited by its close; 0 where there is none."""
    count = len(index)
    keys = np.concatenate([number * count + rows for number, rows in enumerate(visited)]) if visited else np.empty(0, np.int64)
    asked = np.maximum(index, 0) * count
    since, until = np.searchsorted(keys, asked), np.searchsorted(keys, asked + np.arange(count), side="right")
    return np.where(index >= 0, until - since, 0).astype(np.float64)


def standing(zones: Zones, count: int) -> Floats:
    """How many zones there are at each bar's close."""
    change = np.bincount(zones.born, minlength=count + 1) - np.bincount(zones.gone, minlength=count + 1)
    return change[:count].cumsum().astype(np.float64)
