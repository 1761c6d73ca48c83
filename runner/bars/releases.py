"""The calendar of economic releases that ships with the project."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from runner.bars.parquet import unfit
from runner.bars.shipped import CALENDAR
from runner.model.market import Releases


def releases(path: Path | None = None) -> Releases:
    """Scheduled releases, oldest first, from a CSV file with `event`, `currency` and `time_utc` (None: the shipped one).

    Raises DataError when the file cannot be read, lacks a column, or names the row whose time cannot be.
    """
    return shipped() if path is None else read(path)


@cache
def shipped() -> Releases:
    """The shipped ones, read once."""
    return read(CALENDAR)


def read(path: Path) -> Releases:
    """The releases in a file; see `releases`."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise unfit(path, f"expected a CSV file, {error}") from None
    lacking = [name for name in ("event", "currency", "time_utc") if rows and name not in rows[0]]
    if lacking:
        raise unfit(path, f"lacks {', '.join(lacking)}")
    rows.sort(key=lambda row: str(row["time_utc"]))
    time = np.array([utc(path, row["time_utc"]) for row in rows], "datetime64[ms]").astype(np.int64)
    return Releases(time=time, event=tuple(row["event"] for row in rows), currency=tuple(row["currency"] for row in rows))


def utc(path: Path, text: str) -> np.datetime64:
    """`2025-01-10T13:30:00Z` as an instant; anything else is a DataError."""
    try:
        return np.datetime64(text.removesuffix("Z") if text.endswith("Z") else "no UTC", "ms")
    except ValueError:
        raise unfit(path, f"time_utc: expected UTC such as 2025-01-10T13:30:00Z, was {text!r}") from None
