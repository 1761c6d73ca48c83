"""The fan: who is in it on which day, and where its bands lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.odds.results import ATTEMPT, PATH, Challenge, Ending
from runner.report.html.odds.fan import SHARES, fan, fanned
from tests.report.html.drawn import named, numbers, valid
from tests.report.html.odds.cases import challenge


def few(*accounts: tuple[Ending, list[float]], phase: int = 0, ended: int = 0) -> Challenge:
    """Accounts by their ending and their equity day by day in one phase."""
    attempts = np.zeros(len(accounts), ATTEMPT)
    attempts["outcome"], attempts["phase"] = [each[0] for each in accounts], ended
    rows = [(start, phase, day, equity, equity) for start, (_, path) in enumerate(accounts) for day, equity in enumerate(path)]
    return replace(challenge(), attempts=attempts, paths=np.array(rows, PATH))


def test_an_account_that_ended_stays_where_it_ended() -> None:
    """Two of three are over on the first days; the bands go on with all three."""
    shape = fanned(few((Ending.PASSED, [1.0, 1.1]), (Ending.FAILED, [1.0, 0.95, 0.9]), (Ending.FAILED, [1.0, 1.0, 1.0, 0.91])), 0)
    assert shape.known.tolist() == [3, 3, 3, 3]
    assert shape.still.tolist() == [3, 3, 2, 1]
    assert shape.quantiles[SHARES.index(0.5)] == pytest.approx([1.0, 1.0, 1.0, 0.91], abs=1e-6)


def test_an_account_the_data_cut_off_is_counted_until_then() -> None:
    """Nobody knows where it would stand later."""
    shape = fanned(few((Ending.UNFINISHED, [1.0, 1.2]), (Ending.FAILED, [1.0, 0.9]), (Ending.FAILED, [1.0, 0.98, 0.9])), 0)
    assert shape.known.tolist() == [3, 3]  # on the third day one of them is unknown
    assert shape.quantiles[2] == pytest.approx([1.0, 0.98], abs=1e-6)


def test_a_phase_that_was_passed_is_over_though_the_start_is_not() -> None:
    """The first phase of a start that the data cut off in its second."""
    made = few(*[(Ending.UNFINISHED, [1.0, 1.1])] * 3, (Ending.UNFINISHED, [1.0, 1.05, 1.1]), ended=1)
    assert fanned(made, 0).known.tolist() == [4, 4, 4]


def test_the_bands_are_the_quantiles() -> None:
    """Of accounts at 1 to 21, nine of ten and half of them lie where they must."""
    made = few(*[(Ending.FAILED, [1.0, 1.0 + number / 100]) for number in range(21)])
    lowest, lower, middle, upper, highest = fanned(made, 0).quantiles[:, 1]
    assert (lowest, lower, middle, upper, highest) == pytest.approx((1.01, 1.05, 1.10, 1.15, 1.19), abs=1e-6)
    figure = valid(fan(made, 0))
    assert numbers(named(figure, "90 % of accounts")["y"]) == pytest.approx([1, 1.19, 1.01, 1], abs=1e-6)
    assert numbers(named(figure, "50 % of accounts")["y"]) == pytest.approx([1, 1.15, 1.05, 1], abs=1e-6)


def test_floors_and_target_of_the_phase_are_drawn() -> None:
    """Each as a line of its own dash, across the whole fan, at its level."""
    figure = valid(fan(challenge(), 0))
    levels = {name: named(figure, name) for name in ("overall", "daily (where it begins)", "target")}
    assert [trace["y"] for trace in levels.values()] == [[0.9, 0.9], [0.95, 0.95], [1.1, 1.1]]
    assert len({trace["line"]["dash"] for trace in levels.values()}) == 3
    assert {trace["name"] for trace in fan(challenge(), 1)["data"]} >= {"overall", "target"}
    assert named(fan(challenge(), 1), "target")["y"] == [1.05, 1.05]


def test_the_strip_tells_how_many_are_open() -> None:
    """All at first, fewer day by day."""
    share = numbers(named(fan(challenge(), 0), "still open")["y"])
    assert share[0] == 1.0
    assert (np.diff(share) <= 1e-9).all()
