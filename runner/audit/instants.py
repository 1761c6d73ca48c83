"""At which instants history is cut: where looking ahead would show, and everywhere else at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import numpy as np

from runner.audit.said import Known, Rows
from runner.model.bars import Bars
from runner.model.duration import DAY_MS

WEEK_MS, MONDAY_MS = 7 * DAY_MS, 4 * DAY_MS
FIRST = 6  # bars at the beginning
GAPS = 8  # the longest ones
RARE = 0.5  # a column filled less often than this is looked at where it is filled


@dataclass(frozen=True, kw_only=True)
class Cut:
    """History as known at `time_ms`, UTC; `kind` says why there."""

    time_ms: int
    kind: str


def instants(bars: Bars, known: Mapping[str, Mapping[str, Known]], spans_ms: Sequence[int], count: int, seed: int) -> list[Cut]:
    """Up to `count` instants, in order: each kind has its turn until there are enough, the rest is drawn at random.

    known: what each part says of these bars, by path and column. spans_ms: the lengths of all timeframes that have a part in it.
    """
    chance = np.random.default_rng(seed)
    last = len(bars) - 2  # beyond the last but one, nothing is cut away
    if last < 0:
        return []
    kinds = {
        "signal": chance.permutation(_spoken(known)),
        "column": chance.permutation(_events(known)),
        "boundary": chance.permutation(_boundaries(bars, spans_ms)),
        "gap": _gaps(bars),
        "first": np.arange(FIRST),
        "known": _warm(known),
        "neighbour": np.arange(len(bars) // 2, len(bars)),
        "random": chance.permutation(last + 1),
    }
    picked = [[(row, name) for row in rows.tolist() if 0 <= row <= last] for name, rows in kinds.items()]
    turns = [each for each in chain.from_iterable(zip_longest(*picked)) if each is not None]
    between = _between(bars, spans_ms, [row for row, _ in turns[: max(1, count // 8)]])
    found: dict[int, str] = {}
    for time_ms, name in chain(between, ((int(bars.close_time[row]), name) for row, name in turns)):
        if len(found) >= count:
            break
        found.setdefault(time_ms, name)
    return [Cut(time_ms=time_ms, kind=found[time_ms]) for time_ms in sorted(found)]


def _spoken(known: Mapping[str, Mapping[str, Known]]) -> Rows:
    """Bars at which the entry speaks; bars beside them come with the other kinds."""
    said = known.get("entry", {}).get("direction")
    return np.empty(0, np.int64) if said is None else said.rows[said.filled]


def _events(known: Mapping[str, Mapping[str, Known]]) -> Rows:
    """Bars at which a column that seldom says something does, or an answer turns."""
    found: list[Rows] = [np.empty(0, np.int64)]
    for columns in known.values():
        for each in columns.values():
            if not each.filled.all() and each.filled.mean() < RARE:
                found.append(each.rows[each.filled])
            elif each.values.dtype.kind != "f":
                found.append(each.rows[1:][each.values[1:] != each.values[:-1]])
    return np.unique(np.concatenate(found))


def _boundaries(bars: Bars, spans_ms: Sequence[int]) -> Rows:
    """Bars that close with a bar of a higher timeframe, a day or a week, and the ones beside them."""
    found: list[Rows] = [np.empty(0, np.int64)]
    for span in {DAY_MS, WEEK_MS, *spans_ms}:
        if span > bars.timeframe_ms:
            monday = MONDAY_MS if span % WEEK_MS == 0 else 0
            rolled: Rows = np.flatnonzero((bars.close_time - monday) % span == 0).astype(np.int64)
            found += [rolled - 1, rolled, rolled + 1]
    return np.unique(np.concatenate(found))


def _gaps(bars: Bars) -> Rows:
    """Bars before and after the longest stretches without one, the longest first."""
    pause = bars.open_time[1:] - bars.close_time[:-1]
    before = np.argsort(-pause, kind="stable")[:GAPS]
    before = before[pause[before] > 0]
    return np.stack((before, before + 1), axis=1).ravel()


def _warm(known: Mapping[str, Mapping[str, Known]]) -> Rows:
    """Bars at which a column first says something."""
    return np.unique(
        [int(each.rows[np.argmax(each.filled)]) for columns in known.values() for each in columns.values() if each.filled.any()]
    )


def _between(bars: Bars, spans_ms: Sequence[int], rows: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Instants inside the bar that follows each row, at which a finer bar closes."""
    finer = [span for span in sorted(set(spans_ms)) if span < bars.timeframe_ms]
    if finer:
        for place, row in enumerate(rows):
            yield int(bars.close_time[row]) + finer[place % len(finer)], "inside a bar"
