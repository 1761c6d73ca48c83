"""A Sharpe ratio as an estimate: how sure one can be that the true one is above a benchmark, and how many days that takes.

All ratios here are per day; times the root of the days of a year they become the usual yearly ones.

Sources: D. Bailey, M. López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15(2), 2012 (probabilistic Sharpe ratio,
minimum track record length); the same, "The Deflated Sharpe Ratio", Journal of Portfolio Management 40(5), 2014 (expected maximum);
M. López de Prado, A. Lipton, V. Zoonekynd, "How to Use the Sharpe Ratio", 2025 (the error of the estimate at the benchmark).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
NORMAL = NormalDist()
EULER = 0.5772156649015329  # the Euler-Mascheroni constant

Series = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Moments:
    """A series of daily results in four numbers. kurtosis: 3 for normal ones."""

    days: int
    sharpe: float
    skew: float
    kurtosis: float


def sharpe(series: Series) -> Series:
    """Mean over standard deviation of each column, shape (days, n) → (n,); 0 where nothing varies. At least two days."""
    spread = series.std(axis=0, ddof=1)
    still = spread <= np.abs(series).max(axis=0, initial=0.0) * 1e-12  # the last bits of a constant are no variation
    found: Series = np.divide(series.mean(axis=0), spread, out=np.zeros(series.shape[1]), where=~still)
    return found


def moments(series: Series) -> Moments:
    """Of one series, shape (days,), population skew and kurtosis; those of a normal one where nothing varies."""
    away = series - series.mean()
    spread = float(away.std())
    if spread <= float(np.abs(series).max(initial=0.0)) * 1e-12:
        return Moments(days=len(series), sharpe=0.0, skew=0.0, kurtosis=3.0)
    unit = away / spread
    found = float(sharpe(series[:, None])[0])
    return Moments(days=len(series), sharpe=found, skew=float((unit**3).mean()), kurtosis=float((unit**4).mean()))


def error(found: Moments, benchmark: float) -> float:
    """Standard error of the ratio, times the root of days - 1.

    The larger of two: with the ratio that was found (2012), and with the benchmark in its place (2025). With the first alone a few
    lucky trades, whose results are skewed to the right, would shrink their own error and pass for skill.
    """
    return math.sqrt(max(_variance(found, found.sharpe), _variance(found, benchmark), 1e-12))


def _variance(found: Moments, ratio: float) -> float:
    return 1.0 - found.skew * ratio + (found.kurtosis - 1.0) / 4.0 * ratio * ratio


def probabilistic(found: Moments, benchmark: float = 0.0) -> float:
    """Probability that the true ratio is above `benchmark`: PSR = Φ((SR - SR*) √(days - 1) / error)."""
    return NORMAL.cdf((found.sharpe - benchmark) * math.sqrt(found.days - 1) / error(found, benchmark))


def expected_maximum(trials: float, spread: float) -> float:
    """The best ratio to be expected of so many worthless independent trials whose ratios have this standard deviation.

    SR₀ = σ ((1 - γ) Φ⁻¹(1 - 1/N) + γ Φ⁻¹(1 - 1/(N e))); 0 for a single one.
    """
    if trials <= 1.0:
        return 0.0
    likely, rarer = NORMAL.inv_cdf(1.0 - 1.0 / trials), NORMAL.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return max(0.0, spread * ((1.0 - EULER) * likely + EULER * rarer))


def track_record(found: Moments, benchmark: float = 0.0, level: float = LEVEL) -> float:
    """Days a record like this one must have until the ratio is above `benchmark` at `level`; infinite when it is not above at all.

    MinTRL = 1 + (error · Φ⁻¹(level) / (SR - SR*))².
    """
    if found.sharpe <= benchmark:
        return math.inf
    return 1.0 + (error(found, benchmark) * NORMAL.inv_cdf(level) / (found.sharpe - benchmark)) ** 2
