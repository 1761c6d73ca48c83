"""A walk of two windows and three trials, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runner.study.walked import Walked
from tests.study.results import result, walked

NONE = -math.inf


def two() -> Walked:
    """Window 1 chooses the second trial, window 2 the third; the tests of the chosen make +30 and −10."""
    train = [
        [result(1.0, 10.0), result(3.0, 50.0, 50.0), result(2.0, 20.0)],
        [result(0.0, 0.0), result(1.0, 10.0), result(4.0, 20.0, 80.0)],
    ]
    test = [
        [result(9.0, 5.0, first=10), result(2.0, 10.0, 20.0, first=10), result(1.0, 1.0, first=10)],
        [result(1.0, 2.0, first=12), result(2.0, 3.0, first=12), result(-1.0, 0.0, -10.0, first=12)],
    ]
    return walked(train, test)


def test_the_choice_is_the_best_of_the_train_whatever_the_tests_say() -> None:
    """Trial 1 is the best of the first test and is not chosen; other tests change nothing."""
    one = two()
    assert one.chosen == (1, 2)
    other = walked(one.train, [[result(each.score[0] * -7, *(-each.profits * 3)) for each in window] for window in one.test])
    assert other.chosen == (1, 2)
    assert [each.profits.tolist() for each in other.in_sample.made] == [each.profits.tolist() for each in one.in_sample.made]


def test_stitched_equity_is_the_sum_of_the_segments() -> None:
    """Day by day, window by window, of the chosen trials only."""
    days, windows, profits = two().stitched
    assert days.tolist() == [10, 11, 12, 13]
    assert windows.tolist() == [0, 0, 1, 1]
    assert profits.tolist() == [10.0, 20.0, 0.0, -10.0]
    assert profits.sum() == two().out_of_sample.profit == 20.0


def test_both_sides_have_the_same_figures() -> None:
    """200 in 20 days of trains is 3,650 a year; 20 in 4 days of tests is 1,825: half of it."""
    one = two()
    assert one.in_sample.pace == pytest.approx(200 / 20 * 365)
    assert one.out_of_sample.pace == pytest.approx(20 / 4 * 365)
    assert one.efficiency == pytest.approx(0.5)
    assert (one.in_sample.won, one.out_of_sample.won) == (2, 1)
    assert (one.in_sample.score, one.out_of_sample.score) == (3.5, 0.5)
    days = np.array([10.0, 20.0, 0.0, -10.0])
    assert one.out_of_sample.sharpe == pytest.approx(days.mean() / days.std(ddof=1) * math.sqrt(365))
    assert one.drawdown == 10.0


def test_standings_and_neighbours() -> None:
    """The chosen beat half and none of the others in the tests; beside trial 2 lie 1 and 3, beside trial 3 only 2."""
    one = two()
    assert one.outside.tolist() == [[1.0, 0.5, 0.0], [0.5, 1.0, 0.0]]
    assert one.rank == 0.25
    assert one.plateau(0) == np.mean([0.0, 0.5])
    assert one.plateau(1) == 0.5


def test_where_nothing_is_measured_nothing_is_chosen_nor_traded() -> None:
    """The window's days still count: capital waits."""
    one = two()
    idle = walked([[result(NONE), result(NONE), result(NONE)], one.train[1]], one.test)
    assert idle.chosen == (None, 2)
    assert idle.out_of_sample.profit == -10.0
    assert idle.out_of_sample.days == 4
    assert idle.stitched[1].tolist() == [1, 1]
    assert math.isnan(idle.plateau(0))
    never = walked([[result(NONE)]], [[result(1.0, 5.0)]])
    assert (never.chosen, never.out_of_sample.profit, len(never.stitched[0])) == ((None,), 0.0, 0)
    assert math.isnan(never.rank)
    assert never.drawdown == 0.0


def test_one_trial_is_always_chosen_and_has_no_rank() -> None:
    """There is nothing to be better than."""
    only = walked([[result(1.0, 5.0, 6.0)]], [[result(-1.0, -2.0, -3.0, first=10)]])
    assert only.chosen == (0,)
    assert math.isnan(only.rank)
    assert math.isnan(only.plateau(0))
    assert only.efficiency < 0
    assert only.drawdown == 5.0


def test_a_loss_in_sample_has_no_efficiency() -> None:
    """A share of a loss says nothing."""
    assert math.isnan(walked([[result(-1.0, -5.0)]], [[result(1.0, 5.0)]]).efficiency)


def test_choosing_among_noise_is_worth_nothing() -> None:
    """Results without memory: a profit in sample, none out of it, and a rank that chance gives."""
    dice = np.random.default_rng(7)
    train, test = ([[result(own, own) for own in dice.normal(size=20)] for _ in range(400)] for _ in range(2))
    noise = walked(train, test)
    assert noise.rank == pytest.approx(0.5, abs=0.05)
    assert noise.in_sample.profit / 400 == pytest.approx(1.87, abs=0.1)  # the mean of the largest of 20 normal numbers
    assert abs(noise.out_of_sample.profit) / 400 < 0.15


def test_choosing_what_stays_good_is_seen() -> None:
    """The same result on both sides: rank 1, and all of the profit is kept."""
    dice = np.random.default_rng(7)
    values = dice.normal(size=(50, 10))
    both = [[result(own, own) for own in row] for row in values]
    assert walked(both, both).rank == 1.0
    assert walked(both, both).out_of_sample.profit == walked(both, both).in_sample.profit
