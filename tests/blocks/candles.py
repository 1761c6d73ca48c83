"""Candles written by hand for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runner.model.bars import Bars

HOUR_MS = 3_600_000


def candles(
    rows: Sequence[tuple[float, float, float, float]], volume: Sequence[float] | None = None, timeframe_ms: int = 4 * HOUR_MS
) -> Bars:
    """Bars from rows of open, high, low, close; the first opens at 1970-01-01."""
    opened, high, low, close = (np.array(column, np.float64) for column in zip(*rows, strict=True))
    return Bars(
        symbol="BTCUSDT",
        timeframe_ms=timeframe_ms,
        open_time=np.arange(len(rows), dtype=np.int64) * timeframe_ms,
        open=opened,
        high=high,
        low=low,
        close=close,
        volume=np.ones(len(rows)) if volume is None else np.array(volume, np.float64),
    )
