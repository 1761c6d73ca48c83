"""How much history a column needs: until it says something, and until it no longer matters where history began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from runner.audit import CLOSE_ENOUGH, since
from runner.audit.instants import RARE
from runner.audit.said import Answer, Known, Part, Rows, Said, answers, known, unlike
from runner.model.bot import Strategy
from runner.model.market import Market

SHARES = (1 / 97, 1 / 41, 1 / 17, 1 / 7, 1 / 4, 1 / 3, 1 / 2)  # of the history, where later ones begin: at no special hour or weekday
NEVER = 0.9  # a column that still differs after this share of a late history is taken to depend on where it began


@dataclass(frozen=True, kw_only=True)
class Warm:
    """Bars of history needed. `known`: before the first value; `settled`: before the last value that a longer history would change.

    None where that cannot be said: the column holds no numbers that are missing at first, or it depends on the start for good.
    """

    known: int | None = None
    settled: int | None = None
    from_start: bool = False

    def joined(self, other: Warm) -> Warm:
        """What is needed in the worse of two cases."""
        numbers = [each for each in (self.known, other.known) if each is not None]
        bars = [each for each in (self.settled, other.settled) if each is not None]
        from_start = self.from_start or other.from_start
        return Warm(known=max(numbers, default=None), settled=None if from_start else max(bars, default=None), from_start=from_start)


def begun_later(
    strategy: Strategy, parts: tuple[Part, ...], market: Market, rows: Rows, whole: Mapping[str, Mapping[str, Known]]
) -> dict[tuple[str, str], Warm]:
    """For each column, by path and name, what it needs, over histories that begin later."""
    count = len(market.bars)
    found: dict[tuple[str, str], Warm] = {}
    for start in sorted({round(share * count) for share in SHARES} - {0}):
        late = answers(strategy, parts, since(market, start, count - 1), rows[rows >= start] - start)
        for path, columns in whole.items():
            for name, warm in _needed(columns, late[path], start, count).items():
                found[path, name] = found[path, name].joined(warm) if (path, name) in found else warm
    return found


def _needed(columns: Mapping[str, Known], late: Answer, start: int, count: int) -> dict[str, Warm]:
    """One part's columns against those of a history that begins at bar `start`."""
    if not isinstance(late, Said):
        return {}
    other = known(late)
    return {name: _wait(each, other[name], start, count) for name, each in columns.items() if name in other}


def _wait(whole: Known, late: Known, start: int, count: int) -> Warm:
    """Bars that one column needs."""
    _, ours, theirs = np.intersect1d(whole.rows, late.rows + start, return_indices=True)
    values, others = whole.values[ours], late.values[theirs]
    wrong = unlike(values, others) & whole.filled[ours]
    if values.dtype.kind == "f" and wrong.any():
        usual = float(np.median(np.abs(whole.values[whole.filled])))
        with np.errstate(invalid="ignore"):  # inf against inf
            wrong &= ~(np.abs(values - others) <= CLOSE_ENOUGH * np.maximum(np.abs(values), usual))
    settled = int(whole.rows[ours][np.flatnonzero(wrong)[-1]]) - start + 1 if wrong.any() else 0
    numbers = values.dtype.kind == "f" and len(whole.values) == count and whole.filled.mean() > RARE
    first = int(late.rows[np.argmax(late.filled)]) if numbers and late.filled.any() else None
    from_start = settled > NEVER * (count - start)
    return Warm(known=first, settled=None if from_start else settled, from_start=from_start)
