"""The leaderboard in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.report.leaderboard.rows import Board, Row, board
from runner.report.leaderboard.sentence import counts, headline, warnings, who
from runner.report.objective import Objective
from tests.report.leaderboard.cases import HEADROOM, VALUE, backtest, challenge, row

FAST = "strategy.entry.fast"


def made(*rows: Row, objectives: tuple[Objective, ...] = HEADROOM) -> Board:
    """The board of these jobs."""
    return board(Path("sweep"), rows, objectives)


def jobs(*ratios: float | None, sharpe: float = 1.0, days: int = 730) -> list[Row]:
    """A job for each result; the better it is the better its Sharpe ratio as well."""
    return [
        row({FAST: 8 + place}, backtest(ratio, sharpe=sharpe * (ratio or 0.0), profit=200 * (ratio or 0.0), days=days))
        for place, ratio in enumerate(ratios)
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param([], "None of the 0 jobs ran.", id="no job"),
        pytest.param([row({FAST: 8}, None, "x")], "The only job did not run.", id="one that failed"),
        pytest.param([row({FAST: fast}, None, "x") for fast in (8, 9)], "None of the 2 jobs ran.", id="all failed"),
        pytest.param(jobs(1.5), "fast=8 has profit per headroom 1.500; there is no other job to compare it with.", id="one"),
        pytest.param(
            jobs(0.5, 1.5, -1.0),
            "fast=9 is best by profit per headroom, with 1.500; the next has 0.500, the middle of 3 jobs has 0.500.",
            id="three",
        ),
        pytest.param(
            jobs(1.5, 1.5, 1.0),
            "2 jobs are equally good and best by profit per headroom, with 1.500; the next has 1.000, the middle of 3 jobs has 1.500.",
            id="a tie",
        ),
        pytest.param(
            jobs(1.5, 1.5),
            "All 2 jobs are equally good by profit per headroom, with 1.500; the middle of 2 jobs has 1.500.",
            id="all equal",
        ),
        pytest.param(
            jobs(None, None),
            "None of the 2 jobs has profit per headroom; mode.objective=… compares them by another figure.",
            id="nothing measured",
        ),
    ],
)
def test_the_headline_says_what_is_best_and_how_far_ahead(rows: list[Row], said: str) -> None:
    """One sentence whatever came out."""
    assert headline(made(*rows)) == said


def test_several_objectives_and_fewer_being_better_are_said() -> None:
    """In the order in which they count."""
    rows = [row({FAST: fast}, backtest(max_drawdown=fall)) for fast, fall in ((8, 0.031), (9, 0.02), (10, 0.05))]
    objectives = (Objective("max_drawdown", larger=False), Objective("trades"))
    assert headline(made(*rows, objectives=objectives)).startswith(
        "fast=9 is best by least drawdown, then trades, with 2.00%; the next has 3.10%"
    )


def test_luck_is_reckoned_from_the_number_of_tries() -> None:
    """The expected best of 6 worthless tries over 730 days is a yearly Sharpe ratio of 0.92: below it, and above it."""
    (lucky,) = warnings(made(*jobs(0.1, 0.2, 0.3, 0.4, 0.5, 0.9)))
    assert lucky == (
        "Among 6 tries without any edge the best would show a Sharpe ratio near 0.92 over its 730 days; it has 0.90, so it may be "
        "nothing but luck. mode=overfit tells how likely luck is."
    )
    (better,) = warnings(made(*jobs(0.1, 0.2, 0.3, 0.4, 0.5, 0.95)))
    assert "it has 0.95, more than that, but it was picked because it came out best: expect less." in better


def test_jobs_that_did_the_same_are_one_try() -> None:
    """Nine settings that change nothing are no reason to doubt."""
    (said,) = warnings(made(*[row({FAST: fast}, backtest(1.0)) for fast in range(9)], *jobs(1.5)))
    assert said.startswith("Among 2 tries")


def test_few_days_say_nothing_of_a_sharpe_ratio() -> None:
    """An account that failed within days was picked all the same."""
    assert warnings(made(*jobs(0.5, 1.0, days=12))) == ["2 were tried and the best was picked by its result. Expect less of it."]


def test_a_sweep_that_only_lost_says_so() -> None:
    """The best of them is no good."""
    assert warnings(made(*jobs(-0.5, -1.0)))[0] == "No job won money."
    lost = [row({FAST: fast}, challenge(worth)) for fast, worth in ((1, -20.0), (2, -119.0))]
    assert warnings(made(*lost, objectives=VALUE))[0] == "No job won money."


def test_a_best_job_that_did_nothing_is_seen_through() -> None:
    """Nobody falls less than who does not trade."""
    rows = [row({FAST: 8}, backtest(max_drawdown=0.0, trades=0, profit=0.0, sharpe=None)), row({FAST: 9}, backtest())]
    assert warnings(made(*rows, objectives=(Objective("max_drawdown", larger=False),)))[0].startswith("The best job made no trade")


def test_challenges_are_held_against_their_intervals() -> None:
    """Within fifty of the best by what it is worth, none by odds that lie far apart."""
    rows = [row({FAST: fast}, challenge(worth, odds)) for fast, worth, odds in ((1, 90.0, 0.6), (2, 60.0, 0.2), (3, -80.0, 0.1))]
    (near,) = warnings(made(*rows, objectives=VALUE))
    tail = "the best was picked by its result, so expect less of it."
    assert near == f"1 of the 2 others lies within the interval of the best's expected value and cannot be told from it; {tail}"
    (apart,) = warnings(made(*rows, objectives=(Objective("odds"),)))
    assert apart == f"3 were tried and no other lies within the interval of the best's odds; still {tail}"


def test_where_the_first_objective_has_no_interval_the_next_one_counts() -> None:
    """A value that was the same at every start has none, its odds have."""
    flat = {"total": {"value": -119.0, "low": None, "high": None}, "cost": 119.0}
    rows = [row({FAST: fast}, challenge(-119.0, odds, value=flat)) for fast, odds in ((1, 0.1), (2, 0.05))]
    assert "1 of 1 other lies within the interval of the best's odds" in warnings(made(*rows, objectives=VALUE))[1]


def test_a_single_job_was_not_picked() -> None:
    """Nothing to hold against it."""
    assert warnings(made(*jobs(1.0))) == warnings(made(row({FAST: 8}, None, "x"))) == []


def test_jobs_are_counted() -> None:
    """Those that did not run, those without a figure, and those an earlier run had done where that is asked for."""
    rows = [*jobs(0.5, None), row({FAST: 90}, backtest(), skipped=True), row({FAST: 99}, None, "killed")]
    assert counts(made(*rows)) == "3 jobs ran, 1 did not; 1 without profit per headroom"
    assert counts(made(*rows), skipped=True).startswith("3 jobs ran, 1 of them in an earlier run of this sweep, 1 did not")
    assert who(made(*rows)) == "ema_cross on hyro_2step"
