"""Probability of backtest overfitting by combinatorially symmetric cross-validation (CSCV).

The days are cut into S blocks. Each of the C(S, S/2) ways to take half of them is a split: the trial that did best on that half is looked
up on the other one. Overfit is a search whose best ones fall below the middle there.

Source: D. Bailey, J. Borwein, M. López de Prado, Q. Zhu, "The Probability of Backtest Overfitting", Journal of Computational Finance
20(4), 2017 (first 2014). Two things differ: blocks may differ by one day in length where S does not divide the days, and a rank exactly
in the middle, which an odd number of trials has, counts half, so that noise gives 0.5 with odd numbers too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runner.study.sharpe import Series

MOST_BLOCKS = 20  # 184,756 splits
AT_ONCE = 4_000_000  # figures held in memory at a time
GRID = 201

type Name = Literal["sharpe", "profit"]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Of each split and trial: days, shape (splits, 1), sums of results and of squares, each (splits, trials)."""

    days: Series
    total: Series
    squares: Series


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What trials are ranked by, worked out of sums. squared: what of the results is squared and summed."""

    squared: Callable[[Series], Series]
    of: Callable[[Sums], Series]


def by_sharpe(sums: Sums) -> Series:
    """Mean over standard deviation; 0 where nothing varies."""
    spread = np.maximum(sums.squares - sums.total**2 / sums.days, 0.0) / (sums.days - 1.0)
    varies = spread > sums.squares * 1e-14
    found: Series = np.divide(sums.total / sums.days, np.sqrt(spread), out=np.zeros_like(sums.total), where=varies)
    return found


def by_profit(sums: Sums) -> Series:
    """Mean profit of a day."""
    found: Series = sums.total / sums.days
    return found


MEASURES: dict[Name, Measure] = {
    "sharpe": Measure(squared=np.square, of=by_sharpe),
    "profit": Measure(squared=np.zeros_like, of=by_profit),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line through points: y = intercept + slope x; r2 is the share of the variance it explains."""

    intercept: float
    slope: float
    r2: float


@dataclass(frozen=True, kw_only=True)
class Dominance:
    """Distributions out of sample: of the chosen trials, and of all of them. at: shape (GRID,), the other two say how many are at or below.

    first: at every level at least as many of the chosen are above it as of all. second: the same of the areas below the curves, enough for
    whoever fears risk.
    """

    at: Series
    chosen: Series
    everyone: Series
    first: bool
    second: bool


@dataclass(frozen=True, kw_only=True)
class Overfit:
    """What became of the best ones; each array has one entry per split.

    held: (splits, blocks), true for blocks in sample. chosen: column of the best in sample. inside, outside: its measure there and out of
    sample. rank: its place out of sample, 1 = the worst, n = the best, halves where some are equal. logits: ln(ω / (1 - ω)) of ω = rank /
    (n + 1). probability: PBO. loss: share of the splits in which it lost out of sample.
    """

    blocks: int
    trials: int
    measure: Name
    held: NDArray[np.bool_]
    chosen: Whole
    inside: Series
    outside: Series
    rank: Series
    logits: Series
    probability: float
    loss: float
    degradation: Line
    dominance: Dominance


def cscv(series: Series, blocks: int, measure: Name = "sharpe") -> Overfit:
    """Of daily results, shape (days, trials): at least two trials and two days a block; `blocks` even, 2 to MOST_BLOCKS.

    ValueError for anything else, and for what is not finite.
    """
    _fits(series, blocks)
    held, trials = halves(blocks), series.shape[1]
    sides = _Sides(held, _summed(series, blocks, MEASURES[measure]), MEASURES[measure].of)
    chosen, inside, outside, rank, ends = _judged(sides)
    share = rank / (trials + 1)
    return Overfit(
        blocks=blocks,
        trials=trials,
        measure=measure,
        held=held,
        chosen=chosen,
        inside=inside,
        outside=outside,
        rank=rank,
        logits=np.log(share / (1.0 - share)),
        probability=float((2 * rank < trials + 1).mean() + 0.5 * (2 * rank == trials + 1).mean()),
        loss=float((outside < 0.0).mean()),
        degradation=line(inside, outside),
        dominance=_dominance(sides, outside, ends),
    )


def halves(blocks: int) -> NDArray[np.bool_]:
    """All ways to take half of the blocks, shape (splits, blocks), in the order of itertools.combinations."""
    rows = np.array(list(combinations(range(blocks), blocks // 2)))
    held = np.zeros((comb(blocks, blocks // 2), blocks), np.bool_)
    np.put_along_axis(held, rows, values=True, axis=1)
    return held


def line(x: Series, y: Series) -> Line:
    """Least squares; flat where x does not vary."""
    away, far = x - x.mean(), y - y.mean()
    wide, tall, both = float(away @ away), float(far @ far), float(away @ far)
    slope = both / wide if wide > 0.0 else 0.0
    r2 = both * both / (wide * tall) if wide > 0.0 and tall > 0.0 else 0.0
    return Line(intercept=float(y.mean()) - slope * float(x.mean()), slope=slope, r2=r2)


def _fits(series: Series, blocks: int) -> None:
    days, trials = series.shape
    if blocks % 2 or not 2 <= blocks <= MOST_BLOCKS:
        raise ValueError(f"expected an even number of blocks from 2 to {MOST_BLOCKS}, was {blocks}")
    if days < 2 * blocks:
        raise ValueError(f"expected at least {2 * blocks} days for {blocks} blocks, was {days}")
    if trials < 2:
        raise ValueError(f"expected at least 2 trials, was {trials}")
    if not np.isfinite(series).all():
        raise ValueError("expected finite results")


def _summed(series: Series, blocks: int, measure: Measure) -> Sums:
    """Each block's sums, one row per block."""
    edges = np.arange(blocks) * len(series) // blocks
    days = np.diff(np.append(edges, len(series))).astype(np.float64)[:, None]
    return Sums(days=days, total=np.add.reduceat(series, edges), squares=np.add.reduceat(measure.squared(series), edges))


class _Sides:
    """The measure of both sides of every split, made in chunks that fit in memory; few figures are kept for another time.

    A chunk is its first row and the measure, (splits, trials), of the blocks held and of the others; only of the first half of the
    splits, for the others are the same with sides changed.
    """

    def __init__(self, held: NDArray[np.bool_], parts: Sums, judge: Callable[[Sums], Series]) -> None:
        self.held, self.parts, self.judge = held, parts, judge
        self.kept = list(self._made()) if held.shape[0] * parts.total.shape[1] <= AT_ONCE else None

    def __iter__(self) -> Iterator[tuple[int, Series, Series]]:
        return self._made() if self.kept is None else iter(self.kept)

    def _made(self) -> Iterator[tuple[int, Series, Series]]:
        half, step = len(self.held) // 2, max(1, AT_ONCE // 4 // self.parts.total.shape[1])
        for at in range(0, half, step):
            part = self.held[at : min(at + step, half)]
            yield at, self._of(part), self._of(~part)

    def _of(self, held: NDArray[np.bool_]) -> Series:
        """A matrix product instead of cutting the days anew."""
        taken, parts = held.astype(np.float64), self.parts
        return self.judge(Sums(days=taken @ parts.days, total=taken @ parts.total, squares=taken @ parts.squares))


def _judged(sides: _Sides) -> tuple[Whole, Series, Series, Series, tuple[float, float]]:
    """chosen, inside, outside and rank of every split; the least and the most that any trial did."""
    splits = len(sides.held)
    chosen, figures = np.empty(splits, np.int64), np.empty((3, splits))
    least, most = math.inf, -math.inf
    for at, one, other in sides:
        rows = np.arange(at, at + len(one))
        for place, inside, outside in ((rows, one, other), (splits - 1 - rows, other, one)):
            chosen[place], *found = _best(inside, outside)
            figures[:, place] = found
            least, most = min(least, float(outside.min())), max(most, float(outside.max()))
    return chosen, figures[0], figures[1], figures[2], (least, most)


def _best(inside: Series, outside: Series) -> tuple[Whole, Series, Series, Series]:
    """Of each split: the best trial in sample, its measure there and out of sample, its rank there."""
    chosen, row = inside.argmax(axis=1), np.arange(len(inside))
    own = outside[row, chosen]
    below, equal = (outside < own[:, None]).sum(axis=1), (outside == own[:, None]).sum(axis=1)
    return chosen, inside[row, chosen], own, below + (equal + 1) / 2


def _dominance(sides: _Sides, chosen: Series, ends: tuple[float, float]) -> Dominance:
    """Counted on a grid over everything any trial did out of sample."""
    at: Series = np.linspace(*ends, GRID, dtype=np.float64)
    counts, step = np.zeros(GRID, np.int64), max(float(at[1] - at[0]), 1e-300)
    for _, one, other in sides:
        for each in (one, other):
            counts += np.bincount(_place(each, ends[0], step).ravel(), minlength=GRID)
    everyone = np.cumsum(counts) / counts.sum()
    own = np.cumsum(np.bincount(_place(chosen, ends[0], step), minlength=GRID)) / len(chosen)
    more = everyone - own
    area = np.cumsum(more)
    return Dominance(
        at=at,
        chosen=own,
        everyone=everyone,
        first=bool((more >= 0.0).all() and (more > 0.0).any()),
        second=bool((area >= -1e-12).all() and (area > 0.0).any()),
    )


def _place(values: Series, least: float, step: float) -> Whole:
    """The first point of the grid that is not below each value."""
    place: Whole = np.minimum(np.ceil((values - least) / step - 1e-9), GRID - 1).astype(np.int64)
    return place
