"""The values of what was swept as places on an axis: numbers by size, words by name, what a job does not have last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.report.leaderboard.rows import ABSENT, Board, Placed, short, sortable, told

MOST = 60  # values of one key that a heat map can show
CONSIDERED = 12  # keys of which every pair is tried
MISSING = "–"


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One key. labels: its values in order; place: of each job that has a rank, which of them it has, shape (jobs,)."""

    key: str
    name: str
    labels: tuple[str, ...]
    place: NDArray[np.int64]
    numeric: bool


def axes(board: Board) -> tuple[Axis, ...]:
    """Every key in which the jobs that have a rank differ."""
    names = short(board.keys)
    made = (axis(key, names[key], board.judged) for key in board.keys)
    return tuple(each for each in made if len(each.labels) > 1)


def axis(key: str, name: str, judged: Sequence[Placed]) -> Axis:
    """One key."""
    values = [each.row.values.get(key, ABSENT) for each in judged]
    order = sorted({told(value): value for value in values}.items(), key=lambda item: (item[1] is ABSENT, sortable(item[1])))
    places = {label: place for place, (label, _) in enumerate(order)}
    labels = tuple(MISSING if value is ABSENT else label for label, value in order)
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values if value is not ABSENT)
    return Axis(key=key, name=name, labels=labels, place=np.array([places[told(value)] for value in values], np.int64), numeric=numeric)


def mapped(board: Board, swept: Sequence[Axis]) -> tuple[Axis, ...]:
    """Those of the keys that a heat map can show, the one that moves the objective most first."""
    values = np.array(board.values)
    few = [each for each in swept if len(each.labels) <= MOST]
    return tuple(sorted(few, key=lambda each: (-effect(each, values), each.key)))


def telling(swept: Sequence[Axis], values: Floats) -> tuple[int, int]:
    """Which two of them to show first: pairs without holes before others, numbers before words, then those that move the objective most."""
    few = range(min(len(swept), CONSIDERED))
    moved = [effect(each, values) for each in swept]

    def worth(pair: tuple[int, int]) -> tuple[float, int, float]:
        one, other = (swept[place] for place in pair)
        held = len(set(zip(one.place.tolist(), other.place.tolist(), strict=True)))
        return held / (len(one.labels) * len(other.labels)), one.numeric + other.numeric, moved[pair[0]] + moved[pair[1]]

    return max(combinations(few, 2), key=worth)


def effect(axis: Axis, values: Floats) -> float:
    """The share of the objective's variance that lies between the values of a key; 0 where nothing varies."""
    whole = float(((values - values.mean()) ** 2).sum())
    counts = np.bincount(axis.place, minlength=len(axis.labels))
    means = np.bincount(axis.place, values, len(axis.labels)) / counts
    return float((counts * (means - values.mean()) ** 2).sum()) / whole if whole > 0 else 0.0
