"""What mode=cross_validate found, with the names it is told under, and its one sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.report.study.about import About
from runner.report.study.say import signed
from runner.study.crossed import Crossed, Path

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A distribution in five numbers; NaN without any."""

    least: float
    lower: float
    median: float
    upper: float
    most: float


@dataclass(frozen=True, kw_only=True)
class CrossValidated:
    """held: groups held out at a time. purge: as typed, or None for the trades' own lives."""

    about: About
    crossed: Crossed
    held: int
    purge: str | None
    embargo_days: float

    @property
    def profits(self) -> Floats:
        """Of each path, account currency."""
        return np.array([path.profit for path in self.crossed.paths])

    @property
    def sharpes(self) -> Floats:
        """Of each path, a year."""
        return np.array([self.yearly(path.sharpe) for path in self.crossed.paths])

    @property
    def drawdowns(self) -> Floats:
        """Of each path, account currency."""
        return np.array([path.drawdown for path in self.crossed.paths])

    @property
    def lost(self) -> int:
        """How many paths lost money."""
        return int((self.profits < 0.0).sum())

    def yearly(self, ratio: float) -> float:
        """A daily Sharpe ratio as a yearly one."""
        return ratio * math.sqrt(self.crossed.year)

    def shown(self, score: float) -> float:
        """The first objective as its page has it: less of some is better, and their scores are negative."""
        return score if self.about.objectives[0].larger else -score

    def picked(self) -> list[tuple[int, int]]:
        """Trials that were chosen and in how many splits, most often first."""
        count = np.bincount(self.crossed.chosen, minlength=len(self.about.values))
        return sorted(((int(trial), int(count[trial])) for trial in np.flatnonzero(count)), key=lambda each: (-each[1], each[0]))


def spread(values: Floats) -> Spread:
    """Least, quartiles, most, of what was measured."""
    known = values[np.isfinite(values)]
    found = np.quantile(known, [0.0, 0.25, 0.5, 0.75, 1.0]) if len(known) else np.full(5, np.nan)
    return Spread(**dict(zip(("least", "lower", "median", "upper", "most"), found.tolist(), strict=True)))


def sentence(found: CrossValidated) -> str:
    """What choosing was worth out of sample, beside what hindsight shows."""
    paths, profits, money = len(found.crossed.paths), found.profits, found.about.currency
    hindsight = f"where the best of {len(found.about.values):,} tries in hindsight {earned(found.crossed.hindsight, money)}"
    if paths == 1:
        return f"Chosen on the other days, settings {earned(found.crossed.paths[0], money)} out of sample, {hindsight}."
    all_of = "all" if found.lost in (0, paths) else f"{paths - found.lost} of"
    result = "lost" if found.lost == paths else "earned"
    middle = f"{signed(float(np.median(profits)))} {money} in the middle one, from {signed(profits.min())} to {signed(profits.max())}"
    return f"Chosen on the other days, settings {result} out of sample on {all_of} {paths} paths: {middle}, {hindsight}."


def earned(path: Path, money: str) -> str:
    """'earned 1,234 USDT', 'lost 12.30 USDT'."""
    word = "lost" if path.profit < 0.0 else "earned"
    return f"{word} {signed(abs(path.profit))[1:]} {money}"
