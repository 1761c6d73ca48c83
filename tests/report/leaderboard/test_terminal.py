"""The leaderboard on a screen of 80 columns."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from runner.report.leaderboard import Row, show
from runner.report.objective import Objective
from tests.report.leaderboard.cases import HEADROOM, VALUE, backtest, challenge, grid, row

FAST = "strategy.entry.fast"
LONG = "a reason that goes on and on, with a path /data/somewhere/deep and the nearest name of what was meant by it"


def screen(rows: list[Row], objectives: tuple[Objective, ...] = HEADROOM) -> str:
    """What is printed."""
    kept = io.StringIO()
    show(Path("outputs/sweep"), rows, objectives, kept)
    return kept.getvalue()


def test_the_best_are_shown_and_the_rest_counted() -> None:
    """Twenty rows, the rank first, figures in which they differ, and where the files lie."""
    said = screen(grid(5, 5, 4)).splitlines()
    assert "1    30     30         30            1.498      +299.69     1.80" in said
    assert "and 80 more" in said
    assert said[-1] == "leaderboard: outputs/sweep/leaderboard.html, leaderboard.csv"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(grid(3, 3, 2, 2, 2, 2), id="many settings"),
        pytest.param([row({FAST: fast}, None, LONG) for fast in range(5)], id="long reasons"),
        pytest.param([row({"strategy": "a" * 30, FAST: fast}, backtest()) for fast in range(3)], id="long names"),
        pytest.param([], id="nothing"),
    ],
)
def test_nothing_is_wider_than_80_columns(rows: list[Row]) -> None:
    """Whatever was swept."""
    assert max(len(line) for line in screen(rows).splitlines()) <= 80


def test_a_challenge_shows_its_odds() -> None:
    """What it is worth, then the odds and their interval."""
    said = screen([row({FAST: 8}, challenge(40.0, 0.3)), row({FAST: 9}, challenge(20.0, 0.25))], VALUE)
    assert "1*   8              +40.00   30.0%       20.0%     40.0%" in said


def test_the_front_of_several_objectives_is_marked() -> None:
    """A star at the place, and what it means."""
    rows = [row({FAST: fast}, challenge(worth, odds)) for fast, worth, odds in ((8, 40.0, 0.3), (9, 20.0, 0.4), (7, 10.0, 0.2))]
    said = screen(rows, VALUE)
    assert [line.split()[:3] for line in said.splitlines() if line[:1].isdigit()] == [
        ["1*", "8", "+40.00"],
        ["2*", "9", "+20.00"],
        ["3", "7", "+10.00"],
    ]
    assert "  * Pareto front: no job beats these 2 in one objective and loses in none" in said


def test_jobs_that_did_not_run_are_listed_with_their_reason() -> None:
    """Each of a few; of many, each reason with how often."""
    few = screen([row({FAST: 8}, backtest()), row({FAST: 9}, None, "killed")])
    assert "Did not run\n  - fast=9: killed\n" in few
    many = screen([row({FAST: fast}, None, "killed" if fast % 2 else "no bars") for fast in range(41)])
    assert "  - 21 jobs: no bars\n  - 20 jobs: killed\n" in many
