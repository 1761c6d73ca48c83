"""Trials of which the truth is known: noise of any resemblance, and noise with an edge in one trial."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DAYS, TRIALS = 400, 30


def noise(dice: np.random.Generator, correlation: float = 0.0, days: int = DAYS, trials: int = TRIALS) -> NDArray[np.float64]:
    """Daily results without an edge; each pair of trials shares this correlation."""
    own, shared = dice.standard_normal((days, trials)), dice.standard_normal((days, 1))
    return np.sqrt(correlation) * shared + np.sqrt(1.0 - correlation) * own


def edged(dice: np.random.Generator, edge: float, correlation: float = 0.0, days: int = DAYS) -> NDArray[np.float64]:
    """The same with a true Sharpe ratio of `edge` a day in trial 7."""
    series = noise(dice, correlation, days)
    series[:, 7] += edge
    return series
