"""A combinatorial purged cross-validation that was played: what was chosen in every split, and what each path made out of sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from runner.study.paths import Split, best, drawdown, paths
from runner.study.result import Result
from runner.study.segment import Segment
from runner.study.sharpe import sharpe

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Path:
    """A whole history out of sample. trials: the one chosen for each group.

    profits: of each day, account currency. sharpe: a day. drawdown: deepest fall of the profits' sum. score: first objective, mean over
    the groups by their days. failed: accounts that failed on the way.
    """

    trials: tuple[int, ...]
    profits: Floats
    sharpe: float
    drawdown: float
    score: float
    failed: int

    @property
    def profit(self) -> float:
        """The sum."""
        return float(self.profits.sum())


@dataclass(frozen=True, kw_only=True)
class Crossed:
    """groups: the segments, oldest first. results: of each trial on each group, whole. days: day numbers, shape (d,).

    chosen: the trial of each split. inside: its first objective on what was learnt on, shape (splits,). purged: parts of a trial that
    were cut because a trade reached into a group held out. year: trading days a year.
    """

    groups: tuple[Segment, ...]
    splits: tuple[Split, ...]
    results: tuple[tuple[Result, ...], ...]
    days: Times
    chosen: Whole
    inside: Floats
    purged: int
    year: int

    @cached_property
    def table(self) -> Whole:
        """From which split each path takes each group, shape (paths, groups)."""
        return paths(self.splits, len(self.groups))

    @cached_property
    def weights(self) -> Floats:
        """Days of each group."""
        return np.array([each.days for each in self.groups])

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Every path."""
        return tuple(self.path(self.chosen[row]) for row in self.table)

    @cached_property
    def hindsight(self) -> Path:
        """The path of the trial that is best over all groups: what one would have seen without holding anything out."""
        scores = np.array([[each.score for each in row] for row in self.results])
        return self.path(np.full(len(self.groups), best(scores, self.weights)[0]))

    @cached_property
    def outside(self) -> Floats:
        """The chosen trial's first objective on the groups held out, mean by their days, (splits,); NaN where nothing was measured."""
        return np.array([self.score(dict.fromkeys(split.held, int(trial))) for split, trial in zip(self.splits, self.chosen, strict=True)])

    def path(self, trials: Whole) -> Path:
        """What these trials made, one on each group."""
        parts = [self.results[trial][group] for group, trial in enumerate(trials)]
        profits = np.sum([each.on(self.days) for each in parts], axis=0)
        return Path(
            trials=tuple(int(trial) for trial in trials),
            profits=profits,
            sharpe=float(sharpe(profits[:, None])[0]),
            drawdown=drawdown(profits),
            score=self.score(dict(enumerate(trials))),
            failed=sum(phase["state"] == "failed" for each in parts for phase in each.page.get("phases", ())),
        )

    def score(self, trials: dict[int, int]) -> float:
        """First objective of a trial on each of some groups, mean by their days; NaN where nothing was measured."""
        made = np.array([self.results[trial][group].score[0] for group, trial in trials.items()])
        known, weights = np.isfinite(made), self.weights[list(trials)]
        return float(np.average(made[known], weights=weights[known])) if known.any() else float("nan")
