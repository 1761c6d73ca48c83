"""The deflated Sharpe ratio: the paper's example, and how often it is taken in by noise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runner.study.deflated import Deflated, average_correlation, deflate, haircut
from runner.study.sharpe import Moments, expected_maximum, probabilistic
from tests.study.noise import TRIALS, edged, noise

REPETITIONS = 400
YEAR = 250


@pytest.mark.parametrize(
    ("trials", "skew", "kurtosis", "wanted"),
    [
        pytest.param(100, -3.0, 10.0, 0.9004, id="a hundred trials"),
        pytest.param(46, -3.0, 10.0, 0.9505, id="forty-six"),
        pytest.param(88, 0.0, 3.0, 0.9505, id="eighty-eight, had they been normal"),
    ],
)
def test_the_example_of_the_paper(trials: int, skew: float, kurtosis: float, wanted: float) -> None:
    """Bailey and López de Prado 2014: five years of days, a yearly ratio of 2.5, trials whose yearly ratios have a variance of 1/2."""
    found = Moments(days=1_250, sharpe=2.5 / math.sqrt(YEAR), skew=skew, kurtosis=kurtosis)
    expected = expected_maximum(trials, math.sqrt(0.5 / YEAR))
    assert trials != 100 or expected == pytest.approx(0.1132, abs=5e-5)
    assert probabilistic(found, expected) == pytest.approx(wanted, abs=6e-5)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.6, 0.9, 0.98])
def test_of_noise_at_most_one_in_twenty_is_called_significant(correlation: float) -> None:
    """Whatever the trials share; the average correlation in place of N would call up to 9 % significant."""
    dice = np.random.default_rng(11)
    assert np.mean([deflate(noise(dice, correlation)).significant for _ in range(REPETITIONS)]) <= 0.05


def test_of_trials_in_bunches_too() -> None:
    """Three kinds of strategy in ten variants each."""
    dice, hits = np.random.default_rng(5), 0
    for _ in range(REPETITIONS):
        kinds = noise(dice, trials=3)
        hits += deflate(kinds[:, np.arange(TRIALS) % 3] + 0.3 * noise(dice)).significant
    assert hits <= 0.05 * REPETITIONS


def test_of_rare_trades_too() -> None:
    """One day in twenty traded, small losses and large gains, each trial much like the others."""
    dice, hits = np.random.default_rng(6), 0
    for _ in range(REPETITIONS):
        gains, days = dice.exponential(1.0, (400, 1)) ** 1.5 - math.gamma(2.5), dice.random((400, 1)) < 0.05
        hits += deflate(np.where(days, gains + 0.3 * noise(dice, trials=10), 0.0)).significant
    assert hits <= 0.05 * REPETITIONS


@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_a_true_edge_is_found(correlation: float) -> None:
    """A true ratio of 0.3 a day in one of thirty trials over 400 days, in most repetitions, and it is that trial."""
    dice = np.random.default_rng(3)
    found = [deflate(edged(dice, 0.3, correlation)) for _ in range(100)]
    assert np.mean([each.significant for each in found]) > 0.8
    assert np.mean([each.best == 7 for each in found]) > 0.95


def test_without_deflation_noise_would_pass() -> None:
    """The best of thirty noises looks significant on its own nearly always; that is what is deflated."""
    dice = np.random.default_rng(4)
    assert np.mean([deflate(noise(dice)).alone > 0.95 for _ in range(100)]) > 0.7


def of(before: int = 0) -> Deflated:
    """One study of noise."""
    return deflate(noise(np.random.default_rng(1)), before)


def test_tries_made_before_count() -> None:
    """They raise what worthless trials would show, and lower the probability."""
    alone, more = of(), of(70)
    assert (alone.counted, more.counted) == (TRIALS, 100)
    assert more.expected > alone.expected
    assert more.probability < alone.probability
    assert alone.among(100) == more.probability


def test_the_parts_agree() -> None:
    """The figures follow from the series and from each other."""
    series = noise(np.random.default_rng(1))
    found = deflate(series)
    ratios = series.mean(axis=0) / series.std(axis=0, ddof=1)
    assert found.best == ratios.argmax()
    assert found.found.sharpe == pytest.approx(ratios.max())
    assert found.spread == pytest.approx(ratios.std(ddof=1))
    assert found.expected == pytest.approx(expected_maximum(TRIALS, found.spread))
    assert found.adjusted == pytest.approx(min(1.0, TRIALS * (1.0 - found.alone)))
    assert found.days_needed > len(series) or found.significant


def test_the_average_correlation_is_numpys() -> None:
    """Over all pairs; columns that do not vary count as unrelated."""
    series = noise(np.random.default_rng(2), 0.5, trials=8)
    every = np.corrcoef(series.T)
    assert average_correlation(series) == pytest.approx((every.sum() - 8) / 56)
    still = np.column_stack([series[:, :2], np.zeros(len(series))])
    assert average_correlation(still) == pytest.approx(every[0, 1] / 3)
    assert average_correlation(series[:, :1]) == 0.0


def test_twins_are_worth_one_trial() -> None:
    """By the average correlation; unrelated ones are worth all of them, opposite ones no more than the formula says."""
    series = noise(np.random.default_rng(2), trials=1)
    twins = deflate(np.hstack([series, series * 2, series * 3]))
    assert twins.independent == pytest.approx(1.0)
    assert of().independent == pytest.approx(TRIALS, rel=0.05)


@pytest.mark.parametrize(
    ("alone", "adjusted", "wanted"),
    [
        pytest.param(0.9987, 0.0013, 0.0, id="one try"),
        pytest.param(0.99, 0.05, 0.293, id="five tries at 1 %"),
        pytest.param(0.99, 1.0, 1.0, id="a hundred tries at 1 %"),
        pytest.param(0.3, 0.9, 1.0, id="a loss"),
        pytest.param(1.0, 0.0, 0.0, id="beyond doubt"),
    ],
)
def test_the_haircut(alone: float, adjusted: float, wanted: float) -> None:
    """From nothing to all of the ratio: 1 - 1.6449 / 2.3263 of 1 % tried five times."""
    assert haircut(alone, adjusted) == pytest.approx(wanted, abs=1e-3)
