"""Heat maps, the line of one setting, parallel coordinates: the figures they draw are those of the jobs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runner.report.html.leaderboard.axes import axes, effect, mapped, telling
from runner.report.html.leaderboard.heat import along, grid, heat
from runner.report.html.leaderboard.parallel import bands, broken, parallel
from runner.report.leaderboard.rows import Board, Row, board
from runner.report.objective import Objective
from tests.report.html.drawn import named, numbers, valid
from tests.report.leaderboard import cases
from tests.report.leaderboard.cases import HEADROOM, backtest, row

FAST, SLOW, KIND = "strategy.entry.fast", "strategy.entry.slow", "strategy"
LESS = (Objective("headroom_used", larger=False),)


def made(rows: list[Row], objectives: tuple[Objective, ...] = HEADROOM) -> Board:
    """The board of these jobs."""
    return board(Path("sweep"), rows, objectives)


def table() -> list[Row]:
    """Two keys and a third over which maps are taken; one pair was never run."""
    return [
        row({FAST: fast, SLOW: slow, KIND: kind}, backtest(fast + slow / 10 + (0.5 if kind == "b" else 0.0), headroom_used=fast * slow))
        for fast in (8, 12, 100)
        for slow in (30, 40)
        for kind in ("a", "b")
        if (fast, slow) != (100, 40)
    ]


def test_values_stand_in_their_order_at_equal_distances() -> None:
    """Numbers by size, words by name, what a job does not have last."""
    rows = [*table(), row({FAST: 9}, backtest(1.0))]
    kind, fast, slow = axes(made(rows))
    assert (fast.labels, slow.labels, kind.labels) == (("8", "9", "12", "100"), ("30", "40", "–"), ("a", "b", "–"))
    assert (fast.numeric, slow.numeric, kind.numeric) == (True, True, False)


def test_a_map_holds_mean_and_best_of_each_pair() -> None:
    """Over all jobs that have the pair; a pair nobody ran stays empty."""
    found = made(table())
    _, fast, slow = axes(found)
    assert grid(found, fast, slow, "mean") == pytest.approx(np.array([[11.25, 15.25, 103.25], [12.25, 16.25, np.nan]]), nan_ok=True)
    assert grid(found, fast, slow, "best") == pytest.approx(np.array([[11.5, 15.5, 103.5], [12.5, 16.5, np.nan]]), nan_ok=True)
    drawn = valid(heat(found, fast, slow, "best"))["data"][0]
    assert (drawn["z"][1], drawn["text"][1]) == ([12.5, 16.5, None], ["12.500", "16.500", ""])


def test_where_less_is_better_the_best_is_the_least() -> None:
    """And the colours turn."""
    found = made(table(), LESS)
    _, fast, slow = axes(found)
    assert grid(found, fast, slow, "best")[0].tolist() == [240.0, 360.0, 3000.0]
    assert heat(found, fast, slow, "best")["data"][0]["reversescale"] is True


def test_the_key_that_moves_the_objective_most_comes_first() -> None:
    """Its share of the variance: all of it where nothing else matters, none where it does not matter."""
    found = made(table())
    values = np.array(found.values)
    assert [each.name for each in mapped(found, axes(found))] == ["fast", "slow", "strategy"]
    assert effect(axes(found)[1], values) > 0.99
    assert effect(axes(found)[0], np.ones(len(values))) == 0.0


def test_a_pair_without_holes_is_shown_first() -> None:
    """Though a setting that only one strategy has may move the objective more; of those numbers before words."""
    rows = [row({KIND: kind, SLOW: slow, "account": "a"}, backtest(slow / 100)) for kind in ("a", "b") for slow in (30, 40)]
    rows += [
        row({KIND: "c", SLOW: slow, FAST: fast, "account": "b"}, backtest(5.0 * fast + slow / 100)) for fast in (8, 9) for slow in (30, 40)
    ]
    found = made(rows)
    swept = mapped(found, axes(found))
    pair = telling(swept, np.array(found.values))
    assert {swept[place].name for place in pair} == {"fast", "slow"}


def test_one_setting_is_drawn_with_every_job_its_mean_and_its_best() -> None:
    """At equal distances."""
    rows = [row({FAST: fast}, backtest(ratio)) for fast, ratio in ((8, 1.0), (12, 2.0))]
    rows.append(row({FAST: 8, KIND: "fvg"}, backtest(3.0)))
    found = made(rows)
    drawn = valid(along(found, axes(found)[1]))
    assert numbers(named(drawn, "mean")["y"]).tolist() == [2.0, 2.0]
    assert numbers(named(drawn, "best")["y"]).tolist() == [3.0, 2.0]
    assert sorted(numbers(named(drawn, "a job")["y"]).tolist()) == [1.0, 2.0, 3.0]


def test_every_job_is_a_line_and_the_best_lies_in_front() -> None:
    """Bands from worst to best together hold every job once; the best once more on top."""
    found = made(cases.grid(5, 5, 4))
    drawn = valid(parallel(found, axes(found)))
    assert [trace["name"] for trace in drawn["data"]] == [
        "the lower half",
        "the upper half",
        "the best quarter",
        "the best tenth",
        "the best",
    ]
    gaps = [int(np.isnan(numbers(trace["y"])).sum()) for trace in drawn["data"]]
    assert gaps == [50, 25, 15, 10, 1]
    best = numbers(named(drawn, "the best")["y"])
    assert best[:4] == pytest.approx([0.5, 2 / 3, 0.5, 1.0], abs=1e-4)
    assert named(drawn, "the best")["text"][0] == "fast=30 multiple=30 slow=30"


def test_on_the_axis_of_an_objective_better_is_higher() -> None:
    """Also where less is better; its ends say so."""
    found = made(
        [row({FAST: fast, SLOW: 1 + fast % 2}, backtest(headroom_used=used)) for fast, used in ((1, 500.0), (2, 100.0), (3, 300.0))], LESS
    )
    drawn = parallel(found, axes(found))
    assert numbers(named(drawn, "the best")["y"])[2] == 1.0
    ends = {note["y"]: note["text"] for note in drawn["layout"]["annotations"] if note["x"] == 2 and note["y"] in (0.0, 1.0)}
    assert ends == {0.0: "500.00", 1.0: "100.00"}


@pytest.mark.parametrize("jobs", [2, 3, 7, 2_000])
def test_bands_hold_every_job_once(jobs: int) -> None:
    """However few they are."""
    assert sorted(place for band in bands(jobs) for place in band.rows.tolist()) == list(range(jobs))


def test_of_very_many_jobs_some_are_drawn_from_every_band() -> None:
    """The share of each band stays."""
    assert [len(band.rows) for band in bands(20_000)] == [1_000, 500, 300, 200]


def test_long_names_are_broken() -> None:
    """Near the middle, where words end."""
    assert [broken(each) for each in ("fast", "risk_fraction", "profit per headroom", "unbreakableword")] == [
        "fast",
        "risk_<br>fraction",
        "profit per <br>headroom",
        "unbreakableword",
    ]
