"""Funding history of perpetuals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runner.bars.parquet import read, unfit
from runner.bars.when import row_name, when
from runner.model.bars import Times
from runner.model.duration import MINUTE_MS, SECOND_MS
from runner.model.stream import Funding

ABSURD_RATE = 0.1  # per payment; exchanges cap theirs between 0.3 % and 4 %


def load(path: Path) -> Funding:
    """The payments of a file with `time` and `funding_rate`; DataError names the row of whatever cannot be right.

    Recorders stamp a payment some milliseconds late; a time within a second of a full minute is that minute.
    """
    columns = read(path, ("time", "funding_rate"))
    time, rate = on_the_minute(columns["time"]), columns["funding_rate"]
    steps = np.diff(time, prepend=time[:1] - 1)
    refuse(path, time, steps <= 0, "time does not follow the row before")
    refuse(path, time, ~(np.abs(rate) <= ABSURD_RATE), f"funding_rate is missing or beyond {ABSURD_RATE} per payment")
    return Funding(time=time, rate=rate)


def on_the_minute(time: Times) -> Times:
    """Times with a recorder's delay removed."""
    minute = (time + MINUTE_MS // 2) // MINUTE_MS * MINUTE_MS
    return np.where(np.abs(time - minute) <= SECOND_MS, minute, time)


def refuse(path: Path, time: Times, bad: NDArray[np.bool_], message: str) -> None:
    """Raise for the first bad row."""
    rows = np.flatnonzero(bad)
    if len(rows):
        raise unfit(path, f"{row_name(rows[0])} ({when(time[rows[0]])}): {message}")
