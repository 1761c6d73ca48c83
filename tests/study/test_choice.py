"""The best trial, where each stands, and which lie beside each other."""

from __future__ import annotations

import math

import pytest

from runner.study.choice import best, neighbours, standing, steps

NONE = -math.inf


@pytest.mark.parametrize(
    ("scores", "wanted"),
    [
        pytest.param([(1.0,), (3.0,), (2.0,)], 1, id="the largest"),
        pytest.param([(3.0,), (3.0,)], 0, id="the first of equal ones"),
        pytest.param([(1.0, 2.0), (1.0, 5.0)], 1, id="the second objective decides between equals"),
        pytest.param([(NONE,), (-4.0,)], 1, id="a loss is more than nothing measured"),
        pytest.param([(NONE, 2.0), (NONE, NONE)], 0, id="one of two objectives is enough"),
        pytest.param([(NONE,), (NONE,)], None, id="nothing measured, nothing chosen"),
        pytest.param([], None, id="no trial"),
    ],
)
def test_the_best_is_chosen(scores: list[tuple[float, ...]], wanted: int | None) -> None:
    """By the first objective, then the second; ties go to the first that was typed."""
    assert best(scores) == wanted


def test_standing_is_the_share_of_others_that_are_beaten() -> None:
    """Ties count half; what was not measured stands last; one trial stands in the middle."""
    assert standing([(1.0,), (3.0,), (2.0,)]).tolist() == [0.0, 1.0, 0.5]
    assert standing([(1.0,), (1.0,), (2.0,)]).tolist() == [0.25, 0.25, 1.0]
    assert standing([(NONE,), (-5.0,)]).tolist() == [0.0, 1.0]
    assert standing([(1.0, 2.0), (1.0, 1.0), (0.0, 9.0)]).tolist() == [1.0, 0.5, 0.0]
    assert standing([(7.0,)]).tolist() == [0.5]
    assert standing([]).tolist() == []


def test_neighbours_differ_by_one_step_of_one_value() -> None:
    """Steps are those of the values tried, by size, however they were typed."""
    grid = [{"fast": fast, "slow": slow} for fast in (20, 8, 13) for slow in (30, 60)]
    assert neighbours(grid) == [[1, 4], [0, 5], [3, 4], [2, 5], [0, 2, 5], [1, 3, 4]]


def test_a_choice_is_beside_every_other_choice() -> None:
    """Names have no order."""
    assert neighbours([{"strategy": name} for name in ("a", "b", "c")]) == [[1, 2], [0, 2], [0, 1]]
    assert steps([True, False]) is None
    assert steps([3, 1.5, 3]) == [1.5, 3]


def test_one_trial_has_no_neighbour() -> None:
    """Nothing sets it apart."""
    assert neighbours([{}]) == [[]]
