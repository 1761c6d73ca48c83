"""What a figure over overlapping starts may really be: a circular block bootstrap over the starts, oldest first.

Starts of neighbouring days share most of their bars, so 1,000 starts are no 1,000 trials. Blocks of neighbouring starts are drawn
as a whole, BLOCKS times as long as an attempt lasts on average; the spread of their means says how much the figure varies. Two
things keep the interval from being too narrow, which blocks alone would leave it: a share never counts for more trials than the data
has room for, and few trials widen it as Student's t does.

Room: as many attempts as fit one after another, and, because long attempts are met by many starts at once, at most
OVERLAPPING · starts · mean(d) / mean(d²) for attempts that last d days; an average over windows that overlap varies by a third less
than one over windows side by side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.odds.results import Interval

OVERLAPPING = 1.5
BLOCKS = 3.0  # length of a block in mean attempts: shorter blocks cover too seldom
DRAWS = 1_000
LEVEL = 0.95
MOST_SPARE = 1_000.0
UNKNOWN = Interval(value=math.nan, low=math.nan, high=math.nan)

Series = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """How starts hang together. trials: how many independent ones they are worth at most. block: starts drawn as a whole."""

    starts: int
    trials: float
    block: int

    @property
    def spare(self) -> float:
        """Degrees of freedom: one less than there are trials, at least one."""
        return max(1.0, self.trials - 1.0)


def overlap(days: Series, every_days: float) -> Overlap:
    """From the days each start lasted and the mean days between two starts."""
    count = len(days)
    lasting = np.maximum(days / every_days, 1.0) if count else np.ones(1)  # in starts
    usual = float(lasting.mean())
    room = min(count / usual, OVERLAPPING * count * usual / float((lasting**2).mean()))
    return Overlap(starts=count, trials=max(1.0, room), block=max(1, min(round(BLOCKS * usual), count // 3)))


def means(values: Series, block: int, seed: int, draws: int = DRAWS) -> Series:
    """The means of `draws` samples as long as `values`, made of blocks that begin anywhere and go round at the end."""
    count = len(values)
    blocks, rest = divmod(count, block)
    total = np.concatenate([[0.0], np.cumsum(np.concatenate([values, values[:block]]))])
    random = np.random.default_rng(seed)
    begin = random.integers(0, count, (draws, blocks))
    sums = (total[begin + block] - total[begin]).sum(axis=1)
    if rest:
        last = random.integers(0, count, draws)
        sums += total[last + rest] - total[last]
    found: Series = sums / count
    return found


def share(flags: NDArray[np.bool_], over: Overlap, seed: int = 1) -> Interval:
    """A share of the starts: Wilson's interval for as many trials as the blocks' spread allows."""
    if not len(flags):
        return UNKNOWN
    values = flags.astype(np.float64)
    value = float(values.mean())
    spread = float(means(values, over.block, seed).var())
    trials = min(over.trials, value * (1.0 - value) / spread) if spread > 0.0 and 0.0 < value < 1.0 else over.trials
    low, high = wilson(value, max(1.0, trials), student(over.spare))
    return Interval(value=value, low=min(low, value), high=max(high, value), level=LEVEL)


def mean(values: Series, over: Overlap, seed: int = 1) -> Interval:
    """A mean over the starts; values that never differ tell nothing of its spread, and then there are no limits (NaN).

    Two further trials at each end of what is usual keep rare gains or losses from being thought impossible.
    """
    if not len(values) or not np.isfinite(values).all():
        return UNKNOWN
    value = float(values.mean())
    if np.ptp(values) == 0.0:
        return Interval(value=value, low=math.nan, high=math.nan, level=LEVEL)
    blocks = float(means(values, over.block, seed).std())
    ends = np.quantile(values, [1.0 - LEVEL, LEVEL]).repeat(2)
    trials = over.trials + len(ends)
    middle = (over.trials * value + float(ends.sum())) / trials
    square = (over.trials * float(((values - middle) ** 2).mean()) + float(((ends - middle) ** 2).sum())) / trials
    half = student(over.spare) * max(blocks, math.sqrt(square / trials))
    return Interval(value=value, low=min(middle - half, value), high=max(middle + half, value), level=LEVEL)


def wilson(value: float, trials: float, deviations: float) -> tuple[float, float]:
    """Wilson's interval of a share seen in `trials` trials, `deviations` standard deviations wide."""
    square = deviations * deviations
    middle = (value + square / (2 * trials)) / (1 + square / trials)
    half = deviations / (1 + square / trials) * math.sqrt(value * (1 - value) / trials + square / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def student(spare: float, level: float = LEVEL) -> float:
    """Student's two-sided quantile with `spare` degrees of freedom, found by halving; beyond MOST_SPARE it hardly changes."""
    spare = min(spare, MOST_SPARE)
    target, low, high = (1 - level) / 2, 0.0, 1e3
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle, spare) > target else (low, middle)
    return (low + high) / 2


def tail(value: float, spare: float) -> float:
    """Probability that Student's t with `spare` degrees of freedom exceeds `value` >= 0.

    With t = sqrt(spare) tan(a) the density becomes a power of a cosine, smooth on a finite range.
    """
    first = math.atan(value / math.sqrt(spare))
    angles = np.linspace(first, math.pi / 2, 513)
    heights = np.exp((spare - 1) * np.log(np.maximum(np.cos(angles), 1e-300))) if spare > 1 else np.ones_like(angles)
    weights = np.ones(513)
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    area = float((weights * heights).sum()) * float(angles[1] - angles[0]) / 3
    return area * math.exp(math.lgamma((spare + 1) / 2) - math.lgamma(spare / 2)) / math.sqrt(math.pi)
