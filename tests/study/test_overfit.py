"""The probability of backtest overfitting: against a plain loop over the splits, on noise, and with a true edge."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from runner.study import overfit
from runner.study.overfit import Name, cscv, halves, line
from tests.study.noise import edged, noise

Series = NDArray[np.float64]


def plainly(series: Series, blocks: int, measure: Name) -> dict[str, Any]:
    """The method as the paper tells it: cut, join, measure, rank, split after split."""
    cut = [series[blocks_at(len(series), blocks, at) : blocks_at(len(series), blocks, at + 1)] for at in range(blocks)]
    found: dict[str, list[float]] = {name: [] for name in ("chosen", "inside", "outside", "rank")}
    for held in combinations(range(blocks), blocks // 2):
        inside = measured(np.vstack([cut[at] for at in held]), measure)
        outside = measured(np.vstack([cut[at] for at in range(blocks) if at not in held]), measure)
        best = int(inside.argmax())
        for name, value in zip(found, (best, inside[best], outside[best], stats.rankdata(outside)[best]), strict=True):
            found[name].append(float(value))
    share = np.array(found["rank"]) / (series.shape[1] + 1)
    return {name: np.array(values) for name, values in found.items()} | {"logits": np.log(share / (1 - share))}


def blocks_at(days: int, blocks: int, number: int) -> int:
    """The day on which a block begins."""
    return number * days // blocks


def measured(series: Series, measure: Name) -> Series:
    """Each column's figure."""
    if measure == "profit":
        return np.array(series.mean(axis=0))
    return np.array(series.mean(axis=0) / series.std(axis=0, ddof=1))


@pytest.mark.parametrize("measure", ["sharpe", "profit"])
@pytest.mark.parametrize(("days", "blocks", "trials"), [(120, 6, 9), (125, 8, 10), (37, 4, 2)])
def test_sums_of_blocks_say_what_cutting_days_says(measure: Name, days: int, blocks: int, trials: int) -> None:
    """Every split's best, its measures, its rank."""
    series = noise(np.random.default_rng(days), 0.4, days, trials) * np.linspace(0.5, 400.0, trials)
    found, wanted = cscv(series, blocks, measure), plainly(series, blocks, measure)
    for name, values in wanted.items():
        assert getattr(found, name) == pytest.approx(values), name
    assert found.probability == pytest.approx(((wanted["logits"] < -1e-12) + 0.5 * (np.abs(wanted["logits"]) < 1e-12)).mean())
    assert found.loss == (wanted["outside"] < 0).mean()


def test_equal_ones_share_their_places() -> None:
    """Trials that rest in the same blocks earn the same nothing there: the middle of their places, as scipy ranks."""
    series = noise(np.random.default_rng(9), 0.0, 120, 6)
    series[:60, 1:5] = 0.0
    found, wanted = cscv(series, 4, "profit"), plainly(series, 4, "profit")
    assert any(rank % 1 for rank in found.rank)
    assert found.rank == pytest.approx(wanted["rank"])


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Splits that do not fit in memory at once."""
    series = noise(np.random.default_rng(1))
    whole = cscv(series, 8)
    monkeypatch.setattr(overfit, "AT_ONCE", 1_000)
    parts = cscv(series, 8)
    for name in ("chosen", "inside", "outside", "rank"):
        assert getattr(parts, name) == pytest.approx(getattr(whole, name)), name
    assert parts.dominance.everyone == pytest.approx(whole.dominance.everyone)


def test_the_line_and_the_distributions_are_those_of_scipy() -> None:
    """Regression of out of sample on in sample; shares at or below each level."""
    found = cscv(noise(np.random.default_rng(2)), 8)
    wanted = stats.linregress(found.inside, found.outside)
    assert (found.degradation.slope, found.degradation.intercept) == pytest.approx((wanted.slope, wanted.intercept))
    assert found.degradation.r2 == pytest.approx(wanted.rvalue**2)
    below = [(found.outside <= level + 1e-9).mean() for level in found.dominance.at]
    assert found.dominance.chosen == pytest.approx(below, abs=1 / len(found.outside))
    assert found.dominance.everyone[-1] == 1.0


@pytest.mark.parametrize("trials", [2, 5, 10, 30])
@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_on_noise_it_is_a_coin(trials: int, correlation: float) -> None:
    """0.5 on average over repetitions, with even and odd numbers of trials, alike or not."""
    dice = np.random.default_rng(trials)
    found = np.mean([cscv(noise(dice, correlation, 200, trials), 8).probability for _ in range(400)])
    assert found == pytest.approx(0.5, abs=0.05)


def test_a_true_edge_is_kept_out_of_sample() -> None:
    """The probability is low, the chosen one does not lose, and its distribution dominates that of all trials."""
    dice = np.random.default_rng(8)
    found = [cscv(edged(dice, 0.3), 8) for _ in range(30)]
    assert np.mean([each.probability for each in found]) < 0.05
    assert np.mean([each.loss for each in found]) < 0.05
    assert np.mean([each.dominance.second for each in found]) > 0.9


def test_what_was_fitted_to_one_half_falls_on_the_other() -> None:
    """Each trial earns in one block what it loses in the others: the best in sample is below the middle outside nearly always."""
    trials, days = 8, 160
    series = 0.1 * noise(np.random.default_rng(1), 0.0, days, trials)
    for number in range(trials):
        own = np.arange(days) // (days // 8) == number
        series[:, number] += np.where(own, 1.0, -1.0 / 7.0)
    assert cscv(series, 8).probability > 0.95


def test_every_split_and_its_mirror_are_there() -> None:
    """C(S, S/2) of them, each half held once; the mirror of a split is the split from the end."""
    held = halves(8)
    assert held.shape == (comb(8, 4), 8)
    assert (held.sum(axis=1) == 4).all()
    assert len({tuple(row) for row in held.tolist()}) == len(held)
    assert (held[::-1] == ~held).all()


def test_idle_halves_count_as_nothing_won() -> None:
    """A trial that did not trade in a half has the measure 0 there, not an infinite one."""
    series = np.zeros((40, 2))
    series[:20, 0], series[:, 1] = np.tile([1.0, 0.5], 10), np.tile([-1.0, 0.5], 20)
    for measure in ("sharpe", "profit"):
        found = cscv(series, 4, measure)
        assert np.isfinite(found.inside).all()
        assert np.isfinite(found.outside).all()
        assert (found.chosen == 0).all()
        assert 0.0 in found.outside


@pytest.mark.parametrize(
    ("shape", "blocks", "said"),
    [
        pytest.param((40, 5), 7, "even number of blocks from 2 to 20, was 7", id="an odd number"),
        pytest.param((40, 5), 0, "even number of blocks from 2 to 20, was 0", id="none"),
        pytest.param((400, 5), 22, "even number of blocks from 2 to 20, was 22", id="too many"),
        pytest.param((15, 5), 8, "at least 16 days for 8 blocks, was 15", id="more than days"),
        pytest.param((40, 1), 8, "at least 2 trials, was 1", id="a single trial"),
    ],
)
def test_what_cannot_be_split_is_refused(shape: tuple[int, int], blocks: int, said: str) -> None:
    """With what was expected."""
    with pytest.raises(ValueError, match=said):
        cscv(np.ones(shape), blocks)


def test_nan_is_refused() -> None:
    """Rather than ranked."""
    series = noise(np.random.default_rng(1))
    series[3, 3] = np.nan
    with pytest.raises(ValueError, match="finite"):
        cscv(series, 8)


def test_a_line_through_equal_points_is_flat() -> None:
    """No division by nothing."""
    found = line(np.ones(4), np.array([1.0, 2.0, 3.0, 4.0]))
    assert (found.slope, found.intercept, found.r2) == (0.0, 2.5, 0.0)
