"""Markets made of given bars, for blocks that look at candles or at real bars."""

from __future__ import annotations

from collections.abc import Sequence

from runner.model.bars import Bars
from runner.model.market import Market
from tests.blocks.candles import candles
from tests.samples import PLAIN

Rows = Sequence[tuple[float, float, float, float]]


def of(bars: Bars) -> Market:
    """A market with these bars and nothing else."""
    return Market(bars=bars, instrument=PLAIN)


def drawn(rows: Rows, volume: Sequence[float] | None = None) -> Market:
    """A market with candles written by hand."""
    return of(candles(rows, volume))
