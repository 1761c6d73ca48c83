"""Parquet files as columns: only the wanted ones, memory-mapped, every way a file can be unfit said in one line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats, Times
from runner.model.errors import DataError, Problem

PER_MS = {"us": 1_000, "ns": 1_000_000}


def read(path: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> dict[str, NDArray[Any]]:
    """The columns of `path`: `time` as UTC milliseconds (int64), the others as float64, missing values as NaN; shape (n,) each.

    `time` may be stamped in s, ms, us or ns; without a zone it is read as UTC, with one it is the same instant in UTC.
    Raises DataError when the file cannot be read, lacks a `needed` column, or holds another type than a time or a number.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, memory_map=path.stat().st_size > 0) as file:
            names = [name for name in (*needed, *optional) if name in file.schema_arrow.names]
            lacking = [name for name in needed if name not in names]
            if lacking:
                raise unfit(path, f"lacks {', '.join(lacking)}; it has {', '.join(file.schema_arrow.names)}")
            table = file.read(columns=names, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise unfit(path, f"expected a Parquet file, {reason(error)}") from None
    return {name: times(path, table.column(name)) if name == "time" else numbers(path, name, table.column(name)) for name in names}


def unfit(path: Path, *messages: str) -> DataError:
    """The error that says `path` cannot be used, a line per message."""
    return DataError(f"{path.name} cannot be used", [Problem(path=str(path), message=message) for message in messages])


def reason(error: Exception) -> str:
    """The first line of what went wrong while reading."""
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__


def times(path: Path, column: Any) -> Times:
    """A timestamp column as UTC milliseconds; a missing or finer-than-millisecond time is refused with its row."""
    import pyarrow as pa

    kind = column.type
    if not pa.types.is_timestamp(kind):
        raise unfit(path, f"time: expected timestamps, was {kind}")
    if column.null_count:
        raise unfit(path, f"row {first(column.is_null().to_numpy())}: time is missing")
    raw: Times = plain(column.combine_chunks().view(pa.int64()))
    if kind.unit == "s":
        return raw * 1_000
    per_ms = PER_MS.get(kind.unit, 1)
    if per_ms > 1 and np.any(raw % per_ms):
        raise unfit(path, f"row {first(raw % per_ms != 0)}: time is not a whole millisecond")
    return raw if per_ms == 1 else raw // per_ms


def numbers(path: Path, name: str, column: Any) -> Floats:
    """A column of float64 or integers as float64; missing values become NaN."""
    import pyarrow as pa

    if not (pa.types.is_float64(column.type) or pa.types.is_integer(column.type)):
        raise unfit(path, f"{name}: expected float64, was {column.type}")
    whole = column.combine_chunks()
    return whole.to_numpy(zero_copy_only=False).astype(np.float64) if column.null_count else plain(whole).astype(np.float64, copy=False)


def plain(whole: Any) -> NDArray[Any]:
    """An array of our own with the values of an Arrow array without nulls (Arrow's own conversion would import pandas)."""
    return np.from_dlpack(whole).copy() if len(whole) else np.empty(0, np.int64)


def first(bad: NDArray[np.bool_]) -> int:
    """The first row that is bad."""
    return int(np.flatnonzero(bad)[0])
