"""Averages are those of pandas-ta, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from runner.columns.library import library
from runner.columns.moving import ema, rma


def walk(count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Prices of a seeded random walk."""
    return np.round(50_000 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.01, count))), 1)


@pytest.mark.parametrize("count", [1, 5, 14, 50, 1_000])
@pytest.mark.parametrize("length", [1, 2, 5, 14, 50])
def test_exponential_average(count: int, length: int) -> None:
    """Seeded with the mean of the first values; nothing known before, and nothing at all of too few."""
    import pandas as pd

    values = walk(count)
    kept = values.copy()
    whole = library().ema(pd.Series(values), length=length, talib=False) if count >= length else np.full(count, np.nan)
    assert ema(values, length).tobytes() == np.asarray(whole, np.float64).tobytes()
    assert values.tobytes() == kept.tobytes()


@pytest.mark.parametrize("length", [1, 2, 14, 50])
def test_wilders_average(length: int) -> None:
    """The library's, given values that begin with the mean of the first."""
    import pandas as pd

    values = walk(500)
    begun = values.copy()
    begun[: length - 1] = np.nan
    begun[length - 1] = values[:length].mean()
    assert rma(values, length).tobytes() == np.asarray(library().rma(pd.Series(begun), length=length), np.float64).tobytes()
