"""Combinatorial purged cross-validation: which groups are held out, what is learnt on, and how paths are put together.

Time is cut into N groups. In each of the C(N, k) splits k groups are held out and the others learnt on, so every group is held out in
φ = C(N - 1, k - 1) = k/N · C(N, k) splits. Path p takes each group from the p-th split that holds it out: φ paths, each a whole history
out of sample.

Next to a group that is held out what is learnt on is cut. Before it: purged of the trades that reach into it. After it: an embargo,
for what is known then still looks back into it.

Source: M. López de Prado, "Advances in Financial Machine Learning", Wiley 2018, chapters 7 (purging, embargo) and 12 (paths).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from runner.study.sharpe import Series

MOST_SPLITS = 5_000


@dataclass(frozen=True, order=True)
class Part:
    """A group that is learnt on. purged: the group after it is held out; embargoed: the one before it is."""

    group: int
    purged: bool = False
    embargoed: bool = False


@dataclass(frozen=True)
class Split:
    """held: the groups held out, ascending. learnt: the parts learnt on, ascending."""

    held: tuple[int, ...]
    learnt: tuple[Part, ...]


def splits(groups: int, held: int) -> tuple[Split, ...]:
    """All ways to hold out `held` of the groups, in the order of itertools.combinations. ValueError where there is none, or too many."""
    if groups < 2 or not 1 <= held < groups:
        raise ValueError(
            f"expected at least 2 groups, was {groups}" if groups < 2 else f"expected 1 to {groups - 1} of {groups} groups, was {held}"
        )
    if comb(groups, held) > MOST_SPLITS:
        raise ValueError(f"expected at most {MOST_SPLITS:,} splits; {held} of {groups} groups make {comb(groups, held):,}")
    return tuple(Split(held=out, learnt=_learnt(groups, frozenset(out))) for out in combinations(range(groups), held))


def _learnt(groups: int, out: frozenset[int]) -> tuple[Part, ...]:
    return tuple(Part(group, purged=group + 1 in out, embargoed=group - 1 in out) for group in range(groups) if group not in out)


def paths(made: Sequence[Split], groups: int) -> NDArray[np.int64]:
    """From which split each path takes each group, shape (φ, groups)."""
    columns = [[number for number, split in enumerate(made) if group in split.held] for group in range(groups)]
    return np.array(columns, np.int64).T


def edges(first: int, last: int, groups: int) -> NDArray[np.int64]:
    """Where the groups begin and the last one ends, shape (groups + 1,): whole numbers from `first` to `last`, as equal as can be."""
    return first + np.arange(groups + 1, dtype=np.int64) * (last - first) // groups


def best(scores: Series, weights: Series) -> tuple[int, tuple[float, ...]]:
    """The trial that did best on the parts learnt on, of equal ones the first, and how well it did.

    scores: shape (trials, parts, objectives), the larger the better, -inf where nothing was measured. weights: of the parts, (parts,).
    A trial counts by the weighted mean over its parts that were measured; later objectives decide between equal ones.
    """
    known = np.isfinite(scores)
    weight = np.where(known, weights[None, :, None], 0.0)
    whole = weight.sum(axis=1)
    total = np.where(known, scores, 0.0) * weight
    mean = np.divide(total.sum(axis=1), whole, out=np.full(whole.shape, -np.inf), where=whole > 0.0)
    rows = [tuple(row) for row in mean.tolist()]
    first = max(range(len(rows)), key=lambda row: (rows[row], -row))
    return first, rows[first]


def drawdown(profits: Series) -> float:
    """The deepest fall of the running sum below its highest, at least 0."""
    run = np.concatenate([[0.0], np.cumsum(profits)])
    return float((np.maximum.accumulate(run) - run).max())
