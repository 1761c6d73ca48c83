"""Splits, parts and paths of combinatorial purged cross-validation."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from runner.study.paths import Part, best, drawdown, edges, paths, splits


def test_six_groups_two_held_out_as_in_the_book() -> None:
    """15 splits, five paths; path 1 takes its first groups from the first split, its later ones from later splits."""
    made = splits(6, 2)
    assert [split.held for split in made[:3]] == [(0, 1), (0, 2), (0, 3)]
    assert len(made) == 15
    assert paths(made, 6).tolist()[0] == [0, 0, 1, 2, 3, 4]
    assert paths(made, 6).tolist()[4] == [4, 8, 11, 13, 14, 14]


@pytest.mark.parametrize(("groups", "held"), [(2, 1), (5, 1), (6, 2), (8, 3), (5, 4)])
def test_every_held_group_is_on_one_path(groups: int, held: int) -> None:
    """φ = k/N C(N, k) paths; together they use what each split held out exactly once."""
    made = splits(groups, held)
    table = paths(made, groups)
    assert table.shape == (held * comb(groups, held) // groups, groups)
    used = {(int(split), group) for row in table for group, split in enumerate(row)}
    assert used == {(number, group) for number, split in enumerate(made) for group in split.held}
    assert len(used) == table.size


def test_parts_next_to_what_is_held_out_are_cut() -> None:
    """Before it purged, after it under embargo, between two both."""
    assert splits(5, 1)[2].learnt == (Part(0), Part(1, purged=True), Part(3, embargoed=True), Part(4))
    between = next(split for split in splits(5, 2) if split.held == (1, 3))
    assert between.learnt == (Part(0, purged=True), Part(2, purged=True, embargoed=True), Part(4, embargoed=True))


@pytest.mark.parametrize(("groups", "held"), [(1, 1), (6, 0), (6, 6), (30, 15)])
def test_what_makes_no_splits_is_refused(groups: int, held: int) -> None:
    """None, all, or more than anyone waits for."""
    with pytest.raises(ValueError, match="expected "):
        splits(groups, held)


def test_groups_are_as_equal_as_can_be() -> None:
    """Without a gap, first to last."""
    found = edges(10, 33, 4)
    assert found.tolist() == [10, 15, 21, 27, 33]


def test_the_best_has_the_highest_mean_by_weight() -> None:
    """Longer parts count for more."""
    scores = np.array([[[4.0], [0.0]], [[0.0], [3.0]]])
    assert best(scores, np.array([1.0, 1.0])) == (0, (2.0,))
    assert best(scores, np.array([1.0, 2.0])) == (1, (2.0,))


def test_what_was_not_measured_counts_for_nothing() -> None:
    """A part without a figure is left out; a trial without any comes last."""
    never = -np.inf
    scores = np.array([[[never], [never]], [[-5.0], [never]], [[-6.0], [-3.0]]])
    assert best(scores, np.ones(2)) == (2, (-4.5,))
    assert best(scores[:2], np.ones(2)) == (1, (-5.0,))


def test_later_objectives_decide_between_equals() -> None:
    """And of complete equals the first is taken."""
    scores = np.array([[[1.0, 2.0]], [[1.0, 3.0]], [[1.0, 3.0]]])
    assert best(scores, np.ones(1)) == (1, (1.0, 3.0))


def test_the_deepest_fall() -> None:
    """From the highest so far, the beginning included."""
    assert drawdown(np.array([1.0, -3.0, 2.0, -4.0])) == 5.0
    assert drawdown(np.array([-2.0, 1.0])) == 2.0
    assert drawdown(np.array([1.0, 1.0])) == 0.0
    assert drawdown(np.empty(0)) == 0.0
