"""Made-up cross-validations: noise, trials that all earn, trials that all lose, a single path."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from runner.report.study.cross_validate.found import CrossValidated
from runner.study.crossed import Crossed
from runner.study.paths import best, edges, splits
from runner.study.result import Result
from runner.study.segment import DAY_MS, Segment
from tests.bars.making import START
from tests.report.study.told import about, grid

DAYS = 240


@cache
def study(drift: float = 0.0, groups: int = 6, held: int = 2, trials: int = 8, by: str = "net_profit") -> CrossValidated:
    """Trials of noise that earn `drift` deviations a day; the score is the mean profit of a day, or minus the spread of the days."""
    series = np.random.default_rng(3).normal(drift, 1.0, (trials, DAYS)) * 30.0
    borders = edges(0, DAYS, groups)
    rows = [[one(series[trial], borders[group], borders[group + 1], by) for group in range(groups)] for trial in range(trials)]
    made, weights = splits(groups, held), np.diff(borders).astype(np.float64)
    scores = np.array([[each.score for each in row] for row in rows])
    picked = [best(scores[:, [part.group for part in split.learnt]], weights[[part.group for part in split.learnt]]) for split in made]
    crossed = Crossed(
        groups=tuple(Segment(start_ms=START + int(first) * DAY_MS, end_ms=START + int(last) * DAY_MS) for first, last in pairwise(borders)),
        splits=made,
        results=tuple(tuple(row) for row in rows),
        days=np.arange(DAYS) + START // DAY_MS,
        chosen=np.array([trial for trial, _ in picked]),
        inside=np.array([score[0] for _, score in picked]),
        purged=7,
        year=365,
    )
    return CrossValidated(about=about("cross_validate", grid(trials), DAYS, by), crossed=crossed, held=held, purge=None, embargo_days=3.0)


def one(series: NDArray[np.float64], first: int, last: int, by: str) -> Result:
    """A trial on a group."""
    part = series[first:last]
    score = float(part.mean()) if by == "net_profit" else -float(part.std())
    return Result(page={"phases": [{"state": "failed"}]}, score=(score,), days=np.arange(first, last) + START // DAY_MS, profits=part)
