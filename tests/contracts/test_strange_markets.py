"""Markets that no block was made for: dead ones, crashes, prices of 1e-5 and of 1e9, no volume. Nothing is infinite, nothing warns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.audit import columns
from runner.model.bars import Bars, Floats
from runner.model.block import Entry
from runner.model.market import Market
from tests.contracts.discovery import built, cases
from tests.samples import PLAIN

FOUR_HOURS = 4 * 3_600_000
COUNT = 400
ROOMS = ("indicator", "filter", "entry")
BLOCKS = [  # these markets have no finer bars
    (room, name, changed) for room in ROOMS for name, changed in cases(room) if "1h" not in built(room, name, **changed).timeframes()
]


def market(prices: NDArray[np.floating[Any]], volume: float = 1.0, spread: float = 0.001) -> Market:
    """Bars of four hours that open at the close before and reach a little further than both."""
    closes = np.asarray(prices, np.float64)
    opened = np.r_[closes[:1], closes[:-1]]
    bars = Bars(
        symbol="BTCUSDT",
        timeframe_ms=FOUR_HOURS,
        open_time=np.arange(len(closes), dtype=np.int64) * FOUR_HOURS,
        open=opened,
        high=np.maximum(opened, closes) * (1 + spread),
        low=np.minimum(opened, closes) * (1 - spread),
        close=closes,
        volume=np.full(len(closes), volume),
    )
    return Market(bars=bars, instrument=PLAIN)


def walk(price: float) -> Floats:
    """A seeded walk."""
    steps: Floats = price * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.02, COUNT)))
    return steps


MARKETS = {
    "dead": market(np.full(COUNT, 0.1), 0.0, 0.0),
    "dying": market(np.r_[walk(1.0)[: COUNT // 2], np.full(COUNT // 2, 1e-5)], 1.0, 0.0),
    "crash": market(np.r_[np.linspace(100, 101, COUNT // 2), np.geomspace(100, 1e-3, COUNT // 2)]),
    "tiny": market(walk(1e-5)),
    "huge": market(walk(1e9), 1e12),
    "without volume": market(walk(1.0), 0.0),
    "only up": market(np.geomspace(1.0, 1e6, COUNT)),
}


@pytest.mark.parametrize("where", MARKETS)
@pytest.mark.parametrize(("room", "name", "changed"), BLOCKS)
def test_a_block_keeps_its_head(room: str, name: str, changed: dict[str, Any], where: str) -> None:
    """Columns are numbers or unknown, never infinite, and an entry can say why at any bar; a warning would be an error here."""
    block = built(room, name, **changed)
    for column, values in columns(block, MARKETS[where]).items():
        assert not np.isinf(values.astype(np.float64)).any(), column
    if isinstance(block, Entry):
        assert all(block.explain(MARKETS[where], row) for row in (0, 1, 60, COUNT - 1))
