"""Choosing a trial, and how good a choice was beside the other trials."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MANY = 2  # the fewest trials that can be compared


def best(scores: Sequence[tuple[float, ...]]) -> int | None:
    """The number of the largest score, the first of equal ones; None where none of them measures anything (all minus infinity)."""
    measured = [number for number, score in enumerate(scores) if any(part > -math.inf for part in score)]
    return max(measured, key=lambda number: (scores[number], -number), default=None)


def standing(scores: Sequence[tuple[float, ...]]) -> Floats:
    """Where each trial stands among the others, shape (trials,): 1 the best, 0 the worst, 0.5 the middle; equal scores stand alike.

    The share of the other trials that a trial beats, an equal one counted half. A single trial stands in the middle.
    """
    if len(scores) < MANY:
        return np.full(len(scores), 0.5)
    _, place = np.unique(np.array(scores, np.float64).reshape(len(scores), -1), axis=0, return_inverse=True)
    count = np.bincount(place.ravel(), minlength=1)
    below = np.cumsum(count) - count
    found: Floats = (below[place.ravel()] + 0.5 * (count[place.ravel()] - 1)) / (len(scores) - 1)
    return found


def neighbours(values: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """For each trial the numbers of those beside it: they differ in one value only, and by one step of the values that were tried.

    Numbers are ordered by size; of anything else (a choice of entry, say) every other value is one step away.
    """
    keys = list(dict.fromkeys(key for each in values for key in each))
    beside: list[set[int]] = [set() for _ in values]
    for key in keys:
        order = steps([each.get(key) for each in values])
        for group in _alike(values, [other for other in keys if other != key]):
            for number in group:
                beside[number].update(other for other in group if _one_step(values[number].get(key), values[other].get(key), order))
    return [sorted(each) for each in beside]


def _alike(values: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> list[list[int]]:
    """The numbers of trials that have the same at all of `keys`, together."""
    groups: dict[str, list[int]] = {}
    for number, each in enumerate(values):
        groups.setdefault(repr([each.get(key) for key in keys]), []).append(number)
    return list(groups.values())


def _one_step(own: Any, theirs: Any, order: Sequence[Any] | None) -> bool:
    """Whether two values of a key lie beside each other."""
    return bool(own != theirs) if order is None else abs(order.index(own) - order.index(theirs)) == 1


def steps(tried: Sequence[Any]) -> list[Any] | None:
    """The distinct values in order of size; None where they are not all numbers."""
    distinct = list(dict.fromkeys(tried))
    numeric = all(isinstance(each, int | float) and not isinstance(each, bool) for each in distinct)
    return sorted(distinct) if numeric else None
