"""Studies of made-up tries: worthless ones, one with an edge, all of them losing."""

from __future__ import annotations

from functools import cache

import numpy as np

from runner.mode.overfit import Options, compare
from runner.mode.studying.trials import Result
from runner.report.study.overfit.found import Overfitted
from runner.study.overfit import Name
from tests.bars.making import START
from tests.report.study.told import about, grid

DAYS, YEAR = 240, 365
DAY_MS = 86_400_000


@cache
def study(edge: float = 0.0, drift: float = 0.0, tries: int = 12, tried: int = 0, measure: Name = "sharpe", seed: int = 1) -> Overfitted:
    """Tries of noise in money; the first earns `edge` deviations a day, all of them `drift`. Two more never trade or repeat the first."""
    series = np.random.default_rng(seed).normal(drift, 1.0, (DAYS, tries)) * 50.0
    series[:, 0] += edge * 50.0
    whole = np.column_stack([series, np.zeros(DAYS), series[:, 0]])
    days = np.arange(DAYS) + START // DAY_MS
    results = [
        Result(page={"trades": int(column.any()) * 40}, score=(), days=days, profits=np.ascontiguousarray(column)) for column in whole.T
    ]
    by = "metrics.sharpe" if measure == "sharpe" else "net_profit"
    options = Options(name="overfit", blocks=8, tried=tried, objective=by)
    return compare(about("overfit", grid(tries + 2), DAYS, by), results, days, YEAR, options)
