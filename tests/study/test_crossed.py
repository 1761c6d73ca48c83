"""A cross-validation that was played: paths put together by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runner.study.crossed import Crossed
from runner.study.paths import splits
from runner.study.result import Result
from runner.study.segment import DAY_MS, Segment

GROUPS, DAYS = 4, 5  # of so many days each


def result(trial: int, group: int) -> Result:
    """Trial t earns t a day in every group but loses 10 on the last day of group 3; its score is its profit; trial 0 fails in group 1."""
    days = np.arange(DAYS) + group * DAYS
    profits = np.full(DAYS, float(trial))
    if group == 3:
        profits[-1] = -10.0
    score = -math.inf if (trial, group) == (1, 2) else profits.sum()
    return Result(
        page={"phases": [{"state": "failed" if (trial, group) == (0, 1) else "active"}]}, score=(score,), days=days, profits=profits
    )


def crossed(chosen: list[int]) -> Crossed:
    """Six splits with these choices among three trials."""
    groups = tuple(Segment(start_ms=at * DAYS * DAY_MS, end_ms=(at + 1) * DAYS * DAY_MS) for at in range(GROUPS))
    return Crossed(
        groups=groups,
        splits=splits(GROUPS, 2),
        results=tuple(tuple(result(trial, group) for group in range(GROUPS)) for trial in range(3)),
        days=np.arange(GROUPS * DAYS),
        chosen=np.array(chosen),
        inside=np.zeros(6),
        purged=0,
        year=365,
    )


def test_a_path_takes_each_group_from_a_split_that_held_it_out() -> None:
    """Splits 01 02 03 12 13 23: path 1 has groups from 01 01 02 03, path 3 from 03 13 23 23."""
    found = crossed([0, 1, 2, 0, 1, 2])
    assert [path.trials for path in found.paths] == [(0, 0, 1, 2), (1, 0, 0, 1), (2, 1, 2, 2)]
    first = found.paths[0]
    assert first.profits.tolist() == [0.0] * 10 + [1.0] * 5 + [2.0] * 4 + [-10.0]
    assert first.profit == 3.0
    assert first.drawdown == 10.0
    assert first.failed == 1
    assert first.sharpe == pytest.approx(first.profits.mean() / first.profits.std(ddof=1))


def test_scores_are_means_over_what_was_measured() -> None:
    """By the days of the groups; what nobody measured is left out."""
    found = crossed([1, 1, 1, 1, 1, 1])
    assert found.paths[0].score == pytest.approx((5.0 + 5.0 + (4.0 - 10.0)) / 3)
    assert found.outside[1] == pytest.approx(5.0)
    assert found.outside[5] == pytest.approx(-6.0)


def test_hindsight_is_the_best_over_all_groups() -> None:
    """One trial throughout, whatever was chosen."""
    found = crossed([0] * 6)
    assert found.hindsight.trials == (2, 2, 2, 2)
    assert found.hindsight.profit == 2.0 * 19 - 10.0


def test_nothing_measured_is_no_number() -> None:
    """A split whose choice has no score on what was held out."""
    found = crossed([1] * 6)
    assert math.isnan(found.score({2: 1}))
