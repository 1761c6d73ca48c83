"""Bar closes held against wall clocks: windows of the day and times at which everything is to be closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars, Times
from runner.model.clock import instant_ms, resets_ms
from runner.model.duration import DAY_MS
from runner.model.terms import Clock, Window, weekday_numbers

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]


def inside(bars: Bars, window: Window) -> Flags:
    """True where the bar's close lies in the window, its beginning included and its end not; shape (n,)."""
    return bars.once(("window", window.key()), lambda: _inside(bars.close_time, window))


def _inside(times: Times, window: Window) -> Flags:
    if len(times) == 0:
        return np.zeros(0, np.bool_)
    days = weekday_numbers(window.weekdays)
    dates = [day for day in _dates(int(times[0]), int(times[-1])) if not days or day.weekday() in days]
    over_midnight = timedelta(days=int(window.closes <= window.opens))
    opens = np.array([instant_ms(day, window.opens, window.zone) for day in dates], np.int64)
    closes = np.array([instant_ms(day + over_midnight, window.closes, window.zone) for day in dates], np.int64)
    last = np.searchsorted(opens, times, side="right") - 1
    found: Flags = (last >= 0) & (times < closes[np.maximum(last, 0)])
    return found


def _dates(first_ms: int, last_ms: int) -> list[date]:
    """Calendar days from well before the first instant to after the last, whatever the zone."""
    first = datetime.fromtimestamp(first_ms / 1000, UTC).date() - timedelta(days=8)
    return [first + timedelta(days=number) for number in range((last_ms - first_ms) // DAY_MS + 11)]


def last_before(bars: Bars, clock: Clock, lead_ms: int) -> Flags:
    """True at the last bar close that is at least `lead_ms` ahead of each time of the clock; shape (n,).

    Where bars are missing at such a time, the first close after it stands in: that the market would be shut nobody could know.
    """
    closes = bars.close_time
    if len(closes) == 0:
        return np.zeros(0, np.bool_)
    last = int(closes[-1]) + bars.timeframe_ms + lead_ms
    times = resets_ms(clock.at, clock.zone, int(closes[0]), last, weekday_numbers(clock.weekdays)) - lead_ms
    due = closes + bars.timeframe_ms
    since = np.minimum(closes, np.concatenate((closes[:1], due[:-1])))
    found: Flags = np.searchsorted(times, due, side="left") > np.searchsorted(times, since, side="left")
    return found


def days_of(bars: Bars, zone: str) -> Numbers:
    """The calendar day on which each bar closes in a zone, as a number such as 20261224, shape (n,)."""
    return bars.once(("days of", zone), lambda: _by_day(bars.close_time, zone, lambda day: 10_000 * day.year + 100 * day.month + day.day))


def weekdays_of(bars: Bars, zone: str) -> Numbers:
    """The day of the week on which each bar closes in a zone, 0 = Monday, shape (n,)."""
    return bars.once(("weekdays of", zone), lambda: _by_day(bars.close_time, zone, date.weekday))


def _by_day(times: Times, zone: str, number: Callable[[date], int]) -> Numbers:
    """A number of the day that each instant lies on."""
    if len(times) == 0:
        return np.empty(0, np.int64)
    dates = _dates(int(times[0]), int(times[-1]))
    begins = np.array([instant_ms(day, "00:00", zone) for day in dates], np.int64)
    return np.array([number(day) for day in dates], np.int64)[np.searchsorted(begins, times, side="right") - 1]


def wall(time_ms: int, zone: str, form: str = "%a %H:%M") -> str:
    """An instant as the clock on the wall shows it: 'Fri 16:00'."""
    return datetime.fromtimestamp(time_ms / 1000, ZoneInfo(zone)).strftime(form)
