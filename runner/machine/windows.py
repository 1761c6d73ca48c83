"""Rules of the calendar → forbidden times as a table: around releases, up to the time by which everything is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine.state import FOREVER, WINDOW
from runner.model.bars import Bars, Times
from runner.model.duration import DAY_MS
from runner.model.rules import Code, RuleBook, RuleRow


def window_tables(book: RuleBook, bars: Sequence[Bars], resets: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """(windows, spans): the windows of every rule oldest first, dtype WINDOW, and per rule and symbol which of them are its own.

    spans: shape (rules, 2 × symbols), first window and one past the last; equal where the rule has nothing to do with the symbol.
    """
    parts: list[NDArray[Any]] = []
    spans = np.zeros((max(1, len(book.rows)), 2 * len(bars)), np.int64)
    length = 0
    for r, row in enumerate(book.rows):
        shared = windows_of(book, row, resets)
        for s, each in enumerate(bars):
            own = breaks_of(row, each) if row.code == Code.SESSION_FLAT and row.clock < 0 else None
            if own is None and parts and parts[-1] is shared:
                spans[r, 2 * s : 2 * s + 2] = length - len(shared), length
            elif own is not None or concerns(row, s):
                parts.append(shared if own is None else own)
                spans[r, 2 * s : 2 * s + 2] = length, length + len(parts[-1])
                length += len(parts[-1])
            if not concerns(row, s):
                spans[r, 2 * s : 2 * s + 2] = 0
    return np.concatenate([*parts, np.zeros(1, WINDOW)]), spans


def concerns(row: RuleRow, s: int) -> bool:
    """Has the rule windows for symbol number `s`?"""
    return row.code == Code.SESSION_FLAT or (row.code == Code.NEWS and bool(row.members >> s & 1))


def windows_of(book: RuleBook, row: RuleRow, resets: NDArray[np.int64]) -> NDArray[Any]:
    """The windows a rule has for every symbol it concerns."""
    if row.code == Code.NEWS and row.calendar >= 0:
        return around(book.calendars[row.calendar], row.duration_ms, row.grace_ms)
    if row.code == Code.SESSION_FLAT and row.clock >= 0:
        times = resets[row.clock]
        return around(times[times < FOREVER - 20 * DAY_MS], row.duration_ms, 0)
    return np.zeros(0, WINDOW)


def breaks_of(row: RuleRow, bars: Bars) -> NDArray[Any]:
    """The windows before market breaks of one symbol that are longer than the rule lets anything be held through."""
    ends = bars.close_time[:-1]
    return around(ends[bars.open_time[1:] - ends > row.grace_ms], row.duration_ms, 0)


def around(times: Times, before_ms: int, after_ms: int) -> NDArray[Any]:
    """Windows around instants, each once, oldest first."""
    times = np.unique(times)
    windows = np.zeros(len(times), WINDOW)
    windows["start"], windows["end"], windows["at"] = times - before_ms, times + after_ms, times
    return windows
