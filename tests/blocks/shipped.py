"""Stretches of the bars that ship, for columns that are held against plain loops."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from runner.model.bars import Bars, Floats
from tests.contracts.discovery import source

BTC, SOL = "BTCUSDT", "SOLUSDT"
SYMBOLS = pytest.mark.parametrize("symbol", [BTC, SOL])


def stretch(symbol: str, count: int = 1200, timeframe: str = "4h") -> Bars:
    """The first bars of a symbol, which must be real ones."""
    bars = source().bars(symbol, timeframe).rows(slice(0, count))
    assert len(bars) == count
    return bars


def column(count: int, value: Callable[[int], float]) -> Floats:
    """A column worked out one bar at a time."""
    return np.array([value(row) for row in range(count)], np.float64)


def same(found: Floats, wanted: Floats, least: int = 100) -> None:
    """To 1e-8 relative and NaN in the same places; at least so many values are compared."""
    assert np.isfinite(wanted).sum() >= least
    np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-12)
