"""Bars and funding as Parquet files that appear complete or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.bars.spans import Span, joined
from runner.model.bars import SUMMED, Bars
from runner.model.errors import DataError, Problem
from runner.model.stream import Funding

ASKED = b"runner.nothing_there"  # spans that were asked for and hold nothing, so that nobody asks again


def write_bars(path: Path, bars: Bars, nothing_there: Sequence[Span] = ()) -> None:
    """Write OHLCV and whatever sums the bars carry to `path`. DataError when the disk refuses; then the old file is still there.

    nothing_there: spans without bars that the exchange was asked for; they travel in the file.
    """
    columns = {name: getattr(bars, name) for name in ("open", "high", "low", "close", "volume", *SUMMED)}
    write(path, {"time": bars.open_time} | {name: column for name, column in columns.items() if column is not None}, nothing_there)


def write_funding(path: Path, funding: Funding) -> None:
    """Write a funding history to `path`, in the same manner."""
    write(path, {"time": funding.time, "funding_rate": funding.rate})


def nothing_there(path: Path) -> list[Span]:
    """The spans a file remembers as asked for and empty; none when there is no such file or it says nothing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        said = (pq.read_metadata(path).metadata or {}).get(ASKED, b"[]")
        return joined((int(start), int(end)) for start, end in json.loads(said))
    except (pa.ArrowException, OSError, ValueError, TypeError):
        return []


def write(path: Path, columns: Mapping[str, NDArray[Any]], empty: Sequence[Span] = ()) -> None:
    """These columns as zstd Parquet: written beside `path`, flushed to the disk, then renamed."""
    content = packed(columns, empty)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from None


def packed(columns: Mapping[str, NDArray[Any]], empty: Sequence[Span]) -> bytes:
    """The bytes of the Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {name: pa.timestamp("ms", "UTC") if name == "time" else pa.float64() for name in columns}
    table = pa.table({name: pa.array(np.ascontiguousarray(column)).cast(kinds[name]) for name, column in columns.items()})
    if empty:
        table = table.replace_schema_metadata({ASKED: json.dumps(joined(empty)).encode()})
    stream = pa.BufferOutputStream()
    pq.write_table(table, stream, compression="zstd")
    return bytes(stream.getvalue())


def probe(path: Path) -> None:
    """Find out before a long job whether `path` could be written; DataError when not. Leaves nothing behind but its folder."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        part.unlink()
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> DataError:
    """What the disk said, and that nothing was harmed."""
    kept = "the file that was there is unchanged" if path.is_file() else "nothing was written"
    return DataError(f"{path.name} could not be written", [Problem(path=str(path), message=f"{error.strerror or error}; {kept}")])
