"""Sharpe ratios as estimates: the numbers worked out in the papers, scipy's moments, and laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from runner.study.sharpe import Moments, error, expected_maximum, moments, probabilistic, sharpe, track_record


def record(days: int, ratio: float, skew: float = 0.0, kurtosis: float = 3.0) -> Moments:
    """A record in four numbers."""
    return Moments(days=days, sharpe=ratio, skew=skew, kurtosis=kurtosis)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        pytest.param(record(24, 0.458, -2.448, 10.164), 0.913, id="two years of months, skewed"),
        pytest.param(record(24, 0.458), 0.982, id="the same as if normal"),
    ],
)
def test_the_probabilistic_ratio_of_the_paper(found: Moments, wanted: float) -> None:
    """Bailey and López de Prado 2012, the example of 24 months with a ratio of 0.458."""
    assert probabilistic(found) == pytest.approx(wanted, abs=6e-4)


@pytest.mark.parametrize(
    ("year", "skew", "kurtosis", "wanted"),
    [
        pytest.param(252, 0.0, 3.0, 2.73, id="daily"),
        pytest.param(52, 0.0, 3.0, 2.83, id="weekly"),
        pytest.param(12, 0.0, 3.0, 3.24, id="monthly"),
        pytest.param(12, -0.72, 5.78, 4.99, id="monthly, as hedge funds are"),
    ],
)
def test_the_track_record_of_the_paper(year: int, skew: float, kurtosis: float, wanted: float) -> None:
    """The same paper: years until a yearly ratio of 2 is above 1 at 95 %."""
    found = record(1_000, 2 / math.sqrt(year), skew, kurtosis)
    assert track_record(found, 1 / math.sqrt(year)) / year == pytest.approx(wanted, abs=6e-3)


def test_a_record_as_long_as_needed_is_just_significant() -> None:
    """The track record and the probability say the same thing."""
    found = record(500, 0.08, -0.4, 5.0)
    days = track_record(found, 0.02)
    long_enough = record(math.ceil(days), found.sharpe, found.skew, found.kurtosis)
    assert probabilistic(long_enough, 0.02) == pytest.approx(0.95, abs=1e-3)
    assert probabilistic(long_enough, 0.02) >= 0.95


def test_below_the_benchmark_no_record_is_long_enough() -> None:
    """Nor at it."""
    assert track_record(record(500, 0.02), 0.02) == math.inf
    assert track_record(record(500, -0.02)) == math.inf


def test_moments_are_scipys() -> None:
    """Population skew and kurtosis; the ratio with the sample's deviation."""
    series = np.random.default_rng(1).gumbel(0.1, 1.0, 700)
    found = moments(series)
    assert found.days == 700
    assert found.sharpe == pytest.approx(series.mean() / series.std(ddof=1))
    assert found.skew == pytest.approx(stats.skew(series))
    assert found.kurtosis == pytest.approx(stats.kurtosis(series, fisher=False))


@pytest.mark.parametrize("level", [0.0, 0.1, -3.3])
def test_what_does_not_vary_has_no_ratio(level: float) -> None:
    """A constant, whose mean may differ from it in the last bit, is no certain gain."""
    assert sharpe(np.full((30, 2), level)).tolist() == [0.0, 0.0]
    assert moments(np.full(30, level)) == record(30, 0.0)


@pytest.mark.parametrize(("trials", "near"), [(2, 0.13), (10, 0.03), (100, 0.02), (1_000, 0.02)])
def test_the_expected_maximum_is_that_of_normal_draws(trials: int, near: float) -> None:
    """Within a few percent of the mean of 4,000 maxima; the formula is the limit for many trials, and a tenth too small for two."""
    drawn = np.random.default_rng(trials).normal(0.0, 0.5, (4_000, trials)).max(axis=1).mean()
    assert expected_maximum(trials, 0.5) == pytest.approx(drawn, rel=near)


def test_a_single_trial_was_not_chosen() -> None:
    """Nothing to expect of one."""
    assert expected_maximum(1, 0.5) == 0.0


def test_the_error_is_the_larger_of_two() -> None:
    """With a skew to the right the one at the benchmark, to the left the one at the ratio found."""
    assert error(record(250, 0.1, 5.0, 40.0), 0.0) == 1.0
    assert error(record(250, 0.1, -5.0, 40.0), 0.0) == pytest.approx(math.sqrt(1.0 + 0.5 + 39.0 / 4.0 * 0.01))


def test_one_lucky_day_is_no_skill() -> None:
    """A single gain in 250 days: the formula of 2012 alone would be 97 % sure of it."""
    series = np.zeros(250)
    series[100] = 1.0
    found = moments(series)
    alone = math.sqrt(1.0 - found.skew * found.sharpe + (found.kurtosis - 1.0) / 4.0 * found.sharpe**2)
    assert stats.norm.cdf(found.sharpe * math.sqrt(249) / alone) > 0.97
    assert probabilistic(found) < 0.85
