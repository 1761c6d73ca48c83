"""Intervals over overlapping starts: they cover the truth as often as they say, reproducibly, and never pretend to know."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runner.odds.interval import Overlap, mean, means, overlap, share, student, wilson
from tests.odds.stages import random
from tests.odds.walks import outcomes

HISTORIES = 200


@pytest.mark.parametrize(
    ("step", "floor", "target", "trailing", "truth"),
    [
        pytest.param(1.0, 10.0, 10.0, False, 0.5, id="limits as far either way"),
        pytest.param(2.0, 10.0, 4.0, False, 10 / 14, id="a near target"),
        pytest.param(1.0, 5.0, 15.0, False, 0.25, id="a far target"),
        pytest.param(1.0, 10.0, 10.0, True, (10 / 11) ** 10, id="a floor that follows"),
    ],
)
def test_the_interval_covers_the_truth_in_nine_of_ten_histories(
    step: float, floor: float, target: float, trailing: bool, truth: float
) -> None:
    """1,000 starts, one a step, in each of 200 driftless histories.

    The interval of what they are worth misses more often: it cannot know of a gain that a history never had.
    """
    covered, worth, dice = 0, 0, random(3)
    for _ in range(HISTORIES):
        close = np.concatenate([[0.0], np.cumsum(dice.choice([-step, step], 1_000))])
        ended, lasted = outcomes(close, floor, target, trailing=trailing)
        over = overlap(lasted, 1.0)
        odds, value = share(ended == 1, over), mean(np.where(ended == 1, 300.0, -100.0), over)
        covered += odds.low <= truth <= odds.high
        worth += math.isnan(value.low) or value.low <= 400.0 * truth - 100.0 <= value.high
    assert covered >= 0.9 * HISTORIES
    assert worth >= 0.85 * HISTORIES


def test_starts_that_overlap_are_no_trials_of_their_own() -> None:
    """A thousand starts of one day each are known better than a thousand of fifty days each."""
    flags = random(1).random(1_000) < 0.4
    short, long = share(flags, overlap(np.full(1_000, 1.0), 1.0)), share(flags, overlap(np.full(1_000, 50.0), 1.0))
    assert short.value == long.value == pytest.approx(float(flags.mean()))
    assert long.high - long.low > 3 * (short.high - short.low)


def test_none_of_many_is_not_never() -> None:
    """Where no start passes the interval still reaches up, further the fewer trials there are."""
    flags = np.zeros(1_000, np.bool_)
    few, many = share(flags, overlap(np.full(1_000, 100.0), 1.0)), share(flags, overlap(np.full(1_000, 2.0), 1.0))
    assert few.low == many.low == few.value == 0.0
    assert few.high > 0.2
    assert 0.01 > many.high > 0.0


def test_thinned_starts_weigh_as_the_days_between_them() -> None:
    """Every tenth start of a history is worth about as much as all of them: the trials are in the days, not in the starts."""
    all_days, tenth = overlap(np.full(1_000, 40.0), 1.0), overlap(np.full(100, 40.0), 10.0)
    assert tenth.trials == pytest.approx(all_days.trials)


def test_equal_seeds_give_equal_intervals() -> None:
    """Reproducible, and another seed differs."""
    values = random(2).normal(0, 1, 500)
    over = overlap(np.full(500, 20.0), 1.0)
    assert mean(values, over, 7) == mean(values, over, 7)
    assert (means(values, over.block, 7) != means(values, over.block, 8)).any()


def test_blocks_go_round_and_keep_the_length() -> None:
    """Means of blocks of a constant are that constant, also where the last block is cut."""
    assert means(np.full(10, 3.0), 4, 1, 50) == pytest.approx(np.full(50, 3.0))


@pytest.mark.parametrize(
    ("spare", "wanted"),
    [
        pytest.param(1, 12.7062, id="1"),
        pytest.param(2, 4.3027, id="2"),
        pytest.param(10, 2.2281, id="10"),
        pytest.param(1e5, 1.96234, id="many"),
    ],
)
def test_students_quantile(spare: float, wanted: float) -> None:
    """As in the tables."""
    assert student(spare) == pytest.approx(wanted, abs=1e-3)


def test_wilsons_interval() -> None:
    """As worked out by hand for 3 of 10: 10.8 to 60.3 %."""
    assert wilson(0.3, 10, 1.96) == pytest.approx((0.1078, 0.6032), abs=1e-3)


def test_nothing_is_unknown() -> None:
    """No starts, or values that nobody knows: no interval."""
    over = Overlap(starts=0, trials=1.0, block=1)
    assert math.isnan(share(np.zeros(0, np.bool_), over).value)
    assert math.isnan(mean(np.array([1.0, math.nan]), over).value)


def test_values_that_never_differ_have_no_limits() -> None:
    """Where every start lost its fee nobody knows what another one would have brought."""
    found = mean(np.full(50, -119.0), overlap(np.full(50, 5.0), 1.0))
    assert found.value == -119.0
    assert math.isnan(found.low)
    assert math.isnan(found.high)
