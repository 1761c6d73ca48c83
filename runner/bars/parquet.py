"""Parquet files as columns: only the wanted ones, memory-mapped, every way a file can be unfit said in one line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.bars.when import row_name, when
from runner.model.bars import Floats, Times
from runner.model.errors import DataError, Problem

MAGIC = b"PAR1"
PER_MS = {"us": 1_000, "ns": 1_000_000}
PLAINLY = {"string": "text", "large_string": "text", "int64": "whole numbers (int64)", "double": "numbers", "float": "float32"}


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
        raise unfit(path, unreadable(path, error)) from None
    return {name: times(path, table.column(name)) if name == "time" else numbers(path, name, table.column(name)) for name in names}


def unfit(path: Path, *messages: str) -> DataError:
    """The error that says `path` cannot be used, a line per message."""
    return DataError(f"{path.name} cannot be used", [Problem(path=str(path), message=message) for message in messages])


def unreadable(path: Path, error: Exception) -> str:
    """Why a file could not be read as Parquet, told by its first bytes instead of in the library's words."""
    if path.is_dir():
        return "expected a Parquet file, was a folder"
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as refused:
        return f"cannot be read: {refused.strerror or refused}"
    if not head:
        return "expected a Parquet file, was an empty file"
    if not head.startswith(MAGIC):
        kind = "text; type runner mode=import file=… to bring it in" if texty(head) else "another kind of file"
        return f"expected a Parquet file, was {kind}"
    cut = "magic bytes not found" in str(error)
    return f"expected a Parquet file, was {'the beginning of one, its end is missing' if cut else 'a damaged one'}; write or copy it again"


def texty(head: bytes) -> bool:
    """Whether the bytes are readable text, as those of a CSV file are."""
    return all(byte >= 32 or byte in b"\t\r\n" for byte in head)


def times(path: Path, column: Any) -> Times:
    """A timestamp column as UTC milliseconds; a missing or finer-than-millisecond time is refused with its row."""
    import pyarrow as pa

    kind = column.type
    if not pa.types.is_timestamp(kind):
        raise unfit(path, f"time: expected timestamps, was {PLAINLY.get(str(kind), kind)}")
    if column.null_count:
        row = first(column.is_null().to_numpy())
        before = times(path, column.slice(0, row))[-1:]
        raise unfit(path, f"{row_name(row)}{f' (after {when(before[0])})' if len(before) else ''}: time is missing")
    raw: Times = plain(column.combine_chunks().view(pa.int64()))
    if kind.unit == "s":
        return raw * 1_000
    per_ms = PER_MS.get(kind.unit, 1)
    if per_ms > 1 and np.any(raw % per_ms):
        row = first(raw % per_ms != 0)
        raise unfit(path, f"{row_name(row)} ({when(raw[row] // per_ms)}): time is not a whole millisecond")
    return raw if per_ms == 1 else raw // per_ms


def numbers(path: Path, name: str, column: Any) -> Floats:
    """A column of float64 or integers as float64; missing values become NaN."""
    import pyarrow as pa

    if not (pa.types.is_float64(column.type) or pa.types.is_integer(column.type)):
        raise unfit(path, f"{name}: expected float64, was {PLAINLY.get(str(column.type), column.type)}")
    whole = column.combine_chunks()
    return whole.to_numpy(zero_copy_only=False).astype(np.float64) if column.null_count else plain(whole).astype(np.float64, copy=False)


def plain(whole: Any) -> NDArray[Any]:
    """An array of our own with the values of an Arrow array without nulls (Arrow's own conversion would import pandas)."""
    return np.from_dlpack(whole).copy() if len(whole) else np.empty(0, np.int64)


def first(bad: NDArray[np.bool_]) -> int:
    """The first row that is bad."""
    return int(np.flatnonzero(bad)[0])
