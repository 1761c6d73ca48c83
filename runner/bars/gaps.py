"""Missing bars: which the market explains, which are worth a note, and which nobody should trade across."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.bars.when import row_name, when
from runner.model.bars import Bars, Times
from runner.model.currency import STABLE, quote_of
from runner.model.duration import DAY_MS, HOUR_MS

WEEK_MS = 7 * DAY_MS
SATURDAY_MS = 2 * DAY_MS  # 1970-01-03 was the first Saturday
OUTAGE_MS = 2 * DAY_MS  # a market that never closes: the longest real exchange outage we know lasted 33 hours
HOLIDAY_MS = 4 * DAY_MS  # a market that closes: a weekend with holidays beside it; the longest we know is 83 hours
BREAK_MS = 2 * HOUR_MS  # daily breaks and quiet minutes
HOLIDAYS = ((12, 24), (12, 25), (12, 26), (12, 31), (1, 1))


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Bars that are not there: `row` is the index of the first bar after the gap, `start_ms` to `end_ms` the time without bars."""

    row: int
    start_ms: int
    end_ms: int
    explained: bool  # by a weekend, a holiday or a daily break

    @property
    def length_ms(self) -> int:
        """How long the bars are missing."""
        return self.end_ms - self.start_ms

    def line(self) -> str:
        """The gap as one line of text."""
        return f"{row_name(self.row)} ({when(self.end_ms)}): no bars since {when(self.start_ms)}"


def gaps(bars: Bars) -> list[Gap]:
    """Every place where the next bar is later than one step, oldest first."""
    starts, ends = bars.close_time[:-1], bars.open_time[1:]
    rows = np.flatnonzero(ends > starts)
    explained = closed(starts[rows], ends[rows]) if closes(bars) else np.zeros(len(rows), np.bool_)
    found = zip(rows, starts[rows], ends[rows], explained, strict=True)
    return [Gap(row=int(row) + 1, start_ms=int(start), end_ms=int(end), explained=bool(why)) for row, start, end, why in found]


def limit_ms(bars: Bars) -> int:
    """The longest gap we trade across: two days around the clock, four days where markets close, or one bar if that is longer."""
    return max(HOLIDAY_MS if closes(bars) else OUTAGE_MS, bars.timeframe_ms)


def closes(bars: Bars) -> bool:
    """Whether this market closes: not when it is quoted in a stable coin or has ever traded on a Saturday (UTC)."""
    saturday = (bars.open_time - SATURDAY_MS) % WEEK_MS < DAY_MS
    return quote_of(bars.symbol) not in STABLE and not np.any(saturday)


def closed(starts: Times, ends: Times) -> NDArray[np.bool_]:
    """Which gaps are a weekend, a holiday or a short break."""
    next_saturday = -((SATURDAY_MS + DAY_MS - 1 - starts) // WEEK_MS) * WEEK_MS + SATURDAY_MS
    holiday = np.array([touches_holiday(int(start), int(end)) for start, end in zip(starts, ends, strict=True)], np.bool_)
    return (next_saturday < ends) | (ends - starts <= BREAK_MS) | holiday


def touches_holiday(start_ms: int, end_ms: int) -> bool:
    """Whether the gap begins or ends on one of the fixed holidays of western markets."""
    days = np.array([start_ms, end_ms - 1], "datetime64[ms]").astype(object)
    return any((day.month, day.day) in HOLIDAYS for day in days)
