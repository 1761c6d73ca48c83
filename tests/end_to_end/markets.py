"""Bars to trip over: a seeded walk, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bars.making import columns

FOUR_HOURS = 4 * 3_600_000
Columns = dict[str, list[Any]]
Change = Callable[[Columns], Columns]


def walk(count: int = 600, *, price: float = 100.0, digits: int = 2, volume: float = 5.0) -> Columns:
    """Candles of four hours on a seeded random walk from `price`, written with `digits` decimals."""
    dice = np.random.default_rng(3)
    close = np.round(price * np.exp(np.cumsum(dice.normal(0.0, 0.01, count))), digits)
    opened = np.concatenate(([price], close[:-1]))
    high = np.round(np.maximum(opened, close) * 1.004, digits)
    low = np.round(np.minimum(opened, close) * 0.996, digits)
    prices = {"open": opened, "high": np.maximum(high, np.maximum(opened, close)), "low": np.minimum(low, np.minimum(opened, close))}
    time = columns(count, step=FOUR_HOURS)["time"]
    return {"time": time, **{name: list(values) for name, values in prices.items()}, "close": list(close), "volume": [volume] * count}


def swapped(bars: Columns) -> Columns:
    """Two times in the wrong order."""
    bars["time"][3], bars["time"][4] = bars["time"][4], bars["time"][3]
    return bars


def doubled(bars: Columns) -> Columns:
    """A time that stands there twice."""
    bars["time"][4] = bars["time"][3]
    return bars


def holed(bars: Columns) -> Columns:
    """A close that is missing."""
    bars["close"][7] = float("nan")
    return bars


def emptied(bars: Columns) -> Columns:
    """No rows at all."""
    return {name: column[:0] for name, column in bars.items()}


def torn(bars: Columns) -> Columns:
    """A month without bars in a market that never closes."""
    return {name: column[:100] + column[280:] for name, column in bars.items()}
