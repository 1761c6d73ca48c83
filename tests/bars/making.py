"""Bars and Parquet files made for tests of the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from runner.model.bars import Bars

HOUR = 3_600_000
START = 1_704_067_200_000  # Monday 2024-01-01 00:00 UTC


def columns(count: int, *, step: int = HOUR, start: int = START, price: float = 100.0) -> dict[str, list[Any]]:
    """Flat candles around `price`, an hour apart."""
    return {
        "time": [start + step * n for n in range(count)],
        "open": [price] * count,
        "high": [price * 1.02] * count,
        "low": [price * 0.98] * count,
        "close": [price * 1.01] * count,
        "volume": [5.0] * count,
    }


def write(path: Path, values: Mapping[str, Sequence[Any]], types: Mapping[str, pa.DataType] | None = None) -> Path:
    """A Parquet file of these columns: `time` in UTC milliseconds, the rest float64, unless `types` says otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds = {name: pa.timestamp("ms", "UTC") if name == "time" else pa.float64() for name in values} | dict(types or {})
    pq.write_table(pa.table({name: pa.array(list(column), kinds[name]) for name, column in values.items()}), path)
    return path


def bars(symbol: str, close: Sequence[float], times: Sequence[int] | None = None, *, step: int = HOUR) -> Bars:
    """Bars that open, close and rest at the given closes."""
    price = np.array(close, np.float64)
    time = np.array(times if times is not None else [START + step * n for n in range(len(price))], np.int64)
    return Bars(
        symbol=symbol, timeframe_ms=step, open_time=time, open=price, high=price, low=price, close=price, volume=np.ones(len(price))
    )
