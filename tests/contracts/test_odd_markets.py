"""Dead markets, prices of 1e-5, no volume and a handful of bars bring no block to a traceback, a warning or an infinite number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runner.audit import columns
from runner.model.bars import Bars
from runner.model.duration import HOUR_MS
from runner.model.market import Market
from tests.contracts.discovery import built, cases
from tests.samples import PLAIN

ROOMS = ("indicator", "filter", "entry")
BLOCKS = [(room, name, changed) for room in ROOMS for name, changed in cases(room)]
COUNT = 400


def walk(price: float, seed: int) -> list[float]:
    """Closes that wander from a price by a percent a bar."""
    return list(price * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, COUNT))))


def market(closes: list[float], volume: float = 1.0, reach: float = 0.0, hours: int = 4) -> Market:
    """Bars that open at the close before and reach a share of the price beyond both."""
    close = np.array(closes, np.float64)
    opened = np.r_[close[:1], close[:-1]]
    return Market(
        bars=Bars(
            symbol="BTCUSDT",
            timeframe_ms=hours * HOUR_MS,
            open_time=np.arange(len(close), dtype=np.int64) * hours * HOUR_MS,
            open=opened,
            high=np.maximum(opened, close) * (1 + reach),
            low=np.minimum(opened, close) * (1 - reach),
            close=close,
            volume=np.full(len(close), volume),
        ),
        instrument=PLAIN,
    )


ODD = {
    "dead": market([0.1] * COUNT),
    "dead without volume": market([1e-5 / 3] * COUNT, volume=0),
    "tiny prices": market(walk(1e-5, 1), reach=0.002),
    "tiny prices without volume": market(walk(1e-5, 2), volume=0, reach=0.002),
    "large prices, large volume": market(walk(1e9, 3), volume=1e15, reach=0.01),
    "dies": market(walk(1.0, 4)[: COUNT // 2] + [0.7] * (COUNT // 2), reach=0),
    "crashes to a thousandth": market([100.0] * 200 + [0.1] * 200),
    "awakes": market([3.3] * 200 + walk(3.3, 5)[:200]),
    "rises only": market([1.0 + row for row in range(COUNT)]),
    "three bars": market([1.0, 1.1, 0.9]),
    "one bar": market([1.0]),
    "no bars": market([]),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("room", "name", "changed"), BLOCKS)
def test_odd_markets(room: str, name: str, changed: dict[str, Any], odd: str) -> None:
    """Every column has a value per bar, known or not."""
    where = replace(ODD[odd], others={"1h": ODD[odd].bars.rows(slice(0, 0))})
    for column, values in columns(built(room, name, **changed), where).items():
        assert values.shape == (len(where.bars),), column
        assert not np.isinf(np.asarray(values, np.float64)).any(), column
