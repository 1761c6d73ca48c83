"""The best of many trials, its Sharpe ratio held against what the best of as many worthless trials would show.

Deflated Sharpe ratio: the probability that the best trial's true ratio is above zero, the choice among N reckoned in: PSR against SR₀,
the expected maximum of N trials whose ratios spread as those of the study do (D. Bailey, M. López de Prado, "The Deflated Sharpe
Ratio", Journal of Portfolio Management 40(5), 2014).

**How N is counted.** N is every trial of the study whose days differ from those of the others, and those the user says were made
before. Trials that resemble each other are worth less than as many independent ones; the paper's appendix proposes ρ + (1 - ρ) N with
their average correlation ρ. It is given beside (`independent`) but not used: resemblance already narrows the spread of the trials'
ratios, and taken off twice it called up to 9 % of pure noise significant (ρ = 0.9), where all N call at most 5 % at any correlation.
Clustering finds no clusters in trials that all share one market. So the count stands on the safe side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from runner.study.sharpe import LEVEL, NORMAL, Moments, Series, expected_maximum, moments, probabilistic, sharpe, track_record


@dataclass(frozen=True, kw_only=True)
class Deflated:
    """What the best trial's Sharpe ratio is worth; ratios per day.

    best: its column. counted: N. correlation: average over the pairs of trials. independent: what N would be by it. spread: standard
    deviation of the trials' ratios. expected: the best of N worthless ones. probability: the deflated ratio. luck: what
    `probability` lacks to 1. alone: the probability had nothing been chosen (PSR above 0). adjusted: p-value after Bonferroni.
    haircut: share of the ratio that this adjustment takes. days_needed: track record to be above `expected` at 95 %.
    """

    best: int
    trials: int
    before: int
    found: Moments
    sharpes: Series
    correlation: float
    spread: float
    expected: float
    probability: float
    alone: float
    adjusted: float
    haircut: float
    days_needed: float

    @property
    def counted(self) -> int:
        """N: the trials of the study and those made before."""
        return self.trials + self.before

    @property
    def independent(self) -> float:
        """ρ + (1 - ρ) N, at least 1."""
        return max(1.0, self.correlation + (1.0 - self.correlation) * self.counted)

    @property
    def significant(self) -> bool:
        """Whether luck is ruled out at the 95 % level."""
        return self.probability > LEVEL

    def among(self, trials: float) -> float:
        """The deflated ratio if so many had been tried."""
        return probabilistic(self.found, expected_maximum(trials, self.spread))


def deflate(series: Series, before: int = 0) -> Deflated:
    """Of daily results, shape (days, trials), at least 3 days and 2 trials. before: trials made before this study."""
    ratios = sharpe(series)
    best = int(np.argmax(ratios))
    found, trials = moments(series[:, best]), series.shape[1]
    spread = float(ratios.std(ddof=1))
    expected = expected_maximum(trials + before, spread)
    alone = probabilistic(found)
    adjusted = min(1.0, (1.0 - alone) * (trials + before))
    return Deflated(
        best=best,
        trials=trials,
        before=before,
        found=found,
        sharpes=ratios,
        correlation=average_correlation(series),
        spread=spread,
        expected=expected,
        probability=probabilistic(found, expected),
        alone=alone,
        adjusted=adjusted,
        haircut=haircut(alone, adjusted),
        days_needed=track_record(found, expected),
    )


def haircut(alone: float, adjusted: float) -> float:
    """Share of a Sharpe ratio that many tries take away: 1 - z(adjusted p) / z(p), between 0 and 1.

    After C. Harvey, Y. Liu, "Backtesting", Journal of Portfolio Management 42(1), 2015, with Bonferroni's adjustment, one-sided.
    """
    if alone <= 0.5 or adjusted >= 0.5:
        return 1.0
    if alone >= 1.0 or adjusted <= 0.0:
        return 0.0
    return 1.0 - NORMAL.inv_cdf(1.0 - adjusted) / NORMAL.inv_cdf(alone)


def average_correlation(series: Series) -> float:
    """Mean correlation over all pairs of columns; those that do not vary count as unrelated. 0 for a single one."""
    days, trials = series.shape
    if trials < 2:
        return 0.0
    away = series - series.mean(axis=0)
    length = np.sqrt((away * away).sum(axis=0))
    unit = np.divide(away, length, out=np.zeros_like(away), where=length > 0.0)
    whole = unit.sum(axis=1)
    own = float((unit * unit).sum())
    mean = (float(whole @ whole) - own) / (trials * (trials - 1))
    return min(1.0, mean) if math.isfinite(mean) and days else 0.0
