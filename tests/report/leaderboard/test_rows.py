"""The order of jobs, and what is told of each."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from runner.report.leaderboard.rows import Row, board, differing, seen_from, short, told
from runner.report.objective import Objective
from tests.report.leaderboard.cases import HEADROOM, VALUE, backtest, challenge, grid, row

FAST = "strategy.entry.fast"


def order(rows: list[Row], objectives: tuple[Objective, ...] = HEADROOM) -> list[tuple[int | None, Any]]:
    """Rank and setting of each job that ran."""
    return [(each.rank, each.row.values[FAST]) for each in board(Path("sweep"), rows, objectives).placed]


def test_the_best_stands_first() -> None:
    """By the objective, whichever way it is better."""
    rows = [row({FAST: fast}, backtest(ratio, max_drawdown=ratio)) for fast, ratio in ((8, 0.5), (12, 1.5), (16, -0.5))]
    assert order(rows) == [(1, 12), (2, 8), (3, 16)]
    assert order(rows, (Objective("max_drawdown", larger=False),)) == [(1, 16), (2, 8), (3, 12)]


def test_equal_jobs_share_a_place_in_the_order_of_their_settings() -> None:
    """Numbers by size and not by their letters; the place after them is left out."""
    rows = [row({FAST: fast}, backtest(1.5)) for fast in (100, 20, 3)] + [row({FAST: 1}, backtest(1.0))]
    assert order(rows) == [(1, 3), (1, 20), (1, 100), (4, 1)]


def test_ties_are_broken_by_the_next_objective() -> None:
    """A challenge by what it is worth, then by its odds; worth nobody knows, by odds alone and without a place."""
    known = [row({FAST: fast}, challenge(40.0, odds)) for fast, odds in ((1, 0.2), (2, 0.4))]
    assert order(known, VALUE) == [(1, 2), (2, 1)]
    assert order([*known, row({FAST: 3}, challenge(None, 0.9)), row({FAST: 4}, challenge(None, 0.95))], VALUE) == [
        (1, 2),
        (2, 1),
        (None, 4),
        (None, 3),
    ]


def test_several_objectives_have_a_front() -> None:
    """Whoever is beaten in one and better in no other is not on it; equal ones both are; what lacks a figure is not; one alone has none."""
    found = {1: (3.0, 0.5), 2: (2.0, 0.3), 3: (2.0, 0.3), 4: (2.0, 0.4), 5: (1.0, 0.35), 6: (0.5, 0.1), 7: (9.0, None)}
    rows = [row({FAST: fast}, backtest(ratio, max_drawdown=fall)) for fast, (ratio, fall) in found.items()]
    made = board(Path("sweep"), rows, (*HEADROOM, Objective("max_drawdown", larger=False)))
    assert sorted(each.row.values[FAST] for each in made.placed if made.ahead(each)) == [1, 2, 3, 6]
    assert not board(Path("sweep"), rows, HEADROOM).front


def test_what_was_not_measured_has_no_place() -> None:
    """Behind everything that was, also behind losses."""
    rows = [row({FAST: 8}, backtest(None)), row({FAST: 12}, backtest(-9.0))]
    assert order(rows) == [(1, 12), (None, 8)]


def test_the_order_does_not_depend_on_who_ran_when() -> None:
    """Shuffled rows make the same board, also of jobs that are equally good and of those that failed."""
    rows = grid(4, 4, 3) + [row({FAST: fast, "strategy": "fvg"}, None, f"said {fast % 3}") for fast in range(9)]
    rows += [row({"strategy": name, "account": None}, backtest(0.7)) for name in ("b", "a", "c")]
    first = board(Path("sweep"), rows, HEADROOM)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert board(Path("sweep"), rows, HEADROOM) == first


def test_failed_jobs_stand_apart() -> None:
    """They have no place, and are not lost."""
    made = board(Path("sweep"), [row({FAST: 12}, None, "killed"), row({FAST: 8}, backtest())], HEADROOM)
    assert ([each.said for each in made.failed], len(made.placed)) == (["killed"], 1)


def test_only_keys_that_differ_are_told() -> None:
    """A setting that only some jobs have differs; of a single job all that was typed is told."""
    rows = [row({FAST: 8, "account": "a"}, backtest()), row({"account": "a", "strategy": "fvg"}, backtest())]
    assert differing(rows) == ("strategy", FAST)
    assert differing(rows[:1]) == ("account", FAST)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (8, "8"),
        (0.0050, "0.005"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (None, "null"),
        ("fvg", "fvg"),
        ([1, "a"], '[1, "a"]'),
        (30.0, "30"),
    ],
    ids=repr,
)
def test_a_value_is_told_as_it_is_typed(value: Any, said: str) -> None:
    """Without an exponent, and as YAML has it."""
    assert told(value) == said


def test_keys_are_shortened_until_they_would_be_confused() -> None:
    """The last word, or as many as it takes."""
    keys = ("strategy.entry.fast", "strategy.exit.stop.multiple", "strategy.exit.trail.multiple", "account", "exit@strategy.exit.stop")
    assert list(short(keys).values()) == ["fast", "stop.multiple", "trail.multiple", "account", "stop"]
    assert short(("a.stop", "b.a.stop")) == {"a.stop": "a.stop", "b.a.stop": "b.a.stop"}


def test_folders_are_told_as_seen_from_the_sweep(tmp_path: Path) -> None:
    """So that a leaderboard may be moved with its jobs; what lies elsewhere stays as it is."""
    assert seen_from(tmp_path, str(tmp_path / "job one")) == "job one"
    assert seen_from(tmp_path, "/elsewhere/job") == "/elsewhere/job"
    assert seen_from(tmp_path, "") == ""
