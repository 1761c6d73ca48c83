"""The clock a file's times were written by: named, turned into UTC, and doubted where the weekends say otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from numpy.typing import NDArray

from runner.bars.gaps import SATURDAY_MS, WEEK_MS
from runner.bars.when import row_name
from runner.model.bars import Times
from runner.model.duration import DAY_MS, HOUR_MS, MINUTE_MS

FIXED = re.compile(r"^(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?h?$", re.IGNORECASE)
SHIFTED = re.compile(r"^(.+?)\s*([+-])\s*(\d{1,2})\s*h$", re.IGNORECASE)
LIKELY = ("UTC", "New York+7h", "Europe/Athens", "UTC+2", "UTC+3", "Europe/London", "Europe/Berlin", "America/New_York", "UTC-5")
NEW_YORK = ZoneInfo("America/New_York")
FEWEST_WEEKENDS = 3
GOOD, FAR = 0.8, 0.3  # the share of weekends that must fit, and how much worse the stated clock must be to be plainly wrong


@dataclass(frozen=True, kw_only=True)
class ServerClock:
    """Local time = the zone's time + `shift_ms`, or UTC + `shift_ms` where there is no zone."""

    name: str
    zone: str = ""
    shift_ms: int = 0


def clock(name: str) -> ServerClock:
    """`UTC`, `UTC+3`, an IANA zone or its city, or one of these with hours on top such as `New York+7h`; ValueError with the nearest."""
    fixed = FIXED.match(name.strip())
    if fixed and name.strip() not in available_timezones():
        sign = -1 if fixed[1] == "-" else 1
        return ServerClock(name=name, shift_ms=sign * (int(fixed[2]) * HOUR_MS + int(fixed[3] or 0) * MINUTE_MS))
    shifted = SHIFTED.match(name.strip())
    zone = zone_of(shifted[1] if shifted else name.strip())
    hours = int(f"{shifted[2]}{shifted[3]}") if shifted else 0
    return ServerClock(name=name, zone="" if zone == "UTC" else zone, shift_ms=hours * HOUR_MS)


def zone_of(name: str) -> str:
    """The IANA zone of that name or city, case and spaces ignored; ValueError when there is none."""
    if name in available_timezones():
        return "UTC" if name.upper() in ("UTC", "GMT", "ETC/UTC") else name
    cities = city_zones()
    wanted = name.lower().replace(" ", "_")
    if wanted in cities:
        return cities[wanted]
    close = get_close_matches(wanted, cities, 1)
    near = f"; nearest is {cities[close[0]]!r}" if close else ""
    raise ValueError(f"expected UTC, an IANA zone such as 'Europe/Athens', or 'New York+7h', was {name!r}{near}")


@cache
def city_zones() -> dict[str, str]:
    """Zones by whole name and by city, in small letters."""
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("posix", "right", "Etc", "SystemV")))
    return {zone.rpartition("/")[2].lower(): zone for zone in reversed(zones)} | {zone.lower(): zone for zone in zones}


def to_utc(local: Times, by: ServerClock) -> Times:
    """UTC milliseconds of times read off that clock, int64, shape (n,), in the order of the file.

    An hour that the clock shows twice is read once forwards and, where the file steps back, the second time.
    Raises ValueError naming the first row at a time that the clock skips.
    """
    shifted = local - by.shift_ms
    if not by.zone or not len(local):
        return shifted
    starts, offsets = segments(ZoneInfo(by.zone), int(shifted.min()), int(shifted.max()))
    which = np.searchsorted(starts[1:] + offsets[:-1], shifted, side="right")
    utc = shifted - offsets[which]
    skipped = np.flatnonzero(utc < starts[which])
    if len(skipped):
        raise ValueError(f"{row_name(skipped[0])}: {shown(int(local[skipped[0]]))} does not exist on the clock {by.name}")
    after = np.minimum(which + 1, len(offsets) - 1)
    twice = (after > which) & (shifted - offsets[after] >= starts[after])
    again = second_time(shifted, twice)
    return np.where(again, shifted - offsets[after], utc)


def segments(zone: ZoneInfo, first_ms: int, last_ms: int) -> tuple[Times, Times]:
    """Instants (UTC ms) from which an offset from UTC holds, and those offsets (ms), around a stretch of time."""
    days = np.arange(first_ms - 2 * DAY_MS, last_ms + 3 * DAY_MS, DAY_MS)
    found = [offset_ms(zone, int(day)) for day in days]
    starts, offsets = [int(days[0])], [found[0]]
    for number in range(1, len(days)):
        if found[number] != found[number - 1]:
            starts.append(change_ms(zone, int(days[number - 1]), int(days[number])))
            offsets.append(found[number])
    return np.array(starts, np.int64), np.array(offsets, np.int64)


def change_ms(zone: ZoneInfo, before_ms: int, after_ms: int) -> int:
    """The minute between two instants at which the zone's offset changes."""
    old = offset_ms(zone, before_ms)
    while after_ms - before_ms > MINUTE_MS:
        middle = (before_ms + after_ms) // 2 // MINUTE_MS * MINUTE_MS
        middle = max(middle, before_ms + 1)
        before_ms, after_ms = (middle, after_ms) if offset_ms(zone, middle) == old else (before_ms, middle)
    return after_ms // MINUTE_MS * MINUTE_MS


def offset_ms(zone: ZoneInfo, utc_ms: int) -> int:
    """How far the zone is ahead of UTC at an instant."""
    offset = datetime.fromtimestamp(utc_ms / 1000, UTC).astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds() * 1000)


def second_time(local: Times, twice: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows in a doubled hour are its second showing: those from a step back on."""
    again = np.zeros(len(local), np.bool_)
    for row in np.flatnonzero(twice[1:] & (np.diff(local) <= 0)) + 1:
        end = int(row)
        while end < len(local) and twice[end]:
            again[end] = True
            end += 1
    return again


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """How well a clock fits the weekends of a market that closes for them."""

    weekends: int
    fit: float
    best: str
    best_fit: float

    @property
    def wrong(self) -> bool:
        """Whether another clock fits and this one does not."""
        return self.best_fit >= GOOD and self.best_fit - self.fit >= FAR

    def line(self, stated: str) -> str:
        """What the weekends say, in one sentence."""
        mine, theirs = round(self.fit * self.weekends), round(self.best_fit * self.weekends)
        return (
            f"with clock={stated!r} {mine} of {self.weekends} weekends begin and end when the market does (Friday to Sunday 17:00 "
            f"New York); with clock={self.best!r} {theirs} do"
        )


def doubt(local: Times, step_ms: int, stated: ServerClock) -> Doubt | None:
    """Whether another clock explains the weekends better; None when the stated one is as good, or the bars do not tell.

    Markets that trade on weekends do not tell, nor do bars longer than four hours.
    """
    closes, opens = weekends(local, step_ms)
    saturdays = (int(local[-1]) - int(local[0])) / WEEK_MS if len(local) else 0.0
    if step_ms > 4 * HOUR_MS or len(opens) < max(FEWEST_WEEKENDS, 0.6 * saturdays):
        return None
    mine = fit(closes, opens, step_ms, stated)
    others = {name: fit(closes, opens, step_ms, clock(name)) for name in LIKELY}
    best = max(others, key=lambda name: others[name])
    better = others[best] - mine > (0.01 if step_ms <= HOUR_MS else FAR)
    return Doubt(weekends=len(opens), fit=mine, best=best, best_fit=others[best]) if better else None


def weekends(local: Times, step_ms: int) -> tuple[Times, Times]:
    """When bars stop and begin around each hole that has a Saturday noon in it, on the file's own clock."""
    ends, starts = local[:-1] + step_ms, local[1:]
    noon = SATURDAY_MS + DAY_MS // 2
    next_noon = -((noon - ends) // WEEK_MS) * WEEK_MS + noon
    hole = (starts > next_noon) & (starts - ends < 4 * DAY_MS) & (starts - ends > DAY_MS)
    return ends[hole], starts[hole]


def fit(closes: Times, opens: Times, step_ms: int, by: ServerClock) -> float:
    """The share of weekends that last from Friday 17:00 to Sunday 17:00 or 18:00 in New York, read by this clock."""
    slack = step_ms if step_ms > HOUR_MS else 0  # long bars are stamped with the beginning of their step, not of the market
    friday, sunday = 4 * DAY_MS + 17 * HOUR_MS, 6 * DAY_MS + 17 * HOUR_MS
    try:
        ended, began = week_times(to_utc(closes, by)), week_times(to_utc(opens, by))
    except ValueError:
        return 0.0
    in_time = (ended > friday - 50 * MINUTE_MS) & (ended <= friday + 5 * MINUTE_MS + slack)
    begun = (began >= sunday - slack) & (began <= sunday + 65 * MINUTE_MS)
    return float(np.mean(in_time & begun))


def week_times(utc: Sequence[int] | Times) -> Times:
    """Milliseconds since Monday 00:00 in New York."""
    moments = (datetime.fromtimestamp(int(each) / 1000, UTC).astimezone(NEW_YORK) for each in utc)
    return np.array([m.weekday() * DAY_MS + m.hour * HOUR_MS + m.minute * MINUTE_MS for m in moments], np.int64)


def shown(local_ms: int) -> str:
    """A time on the file's clock: `2024-03-31 03:00`."""
    return f"{datetime.fromtimestamp(local_ms / 1000, UTC):%Y-%m-%d %H:%M}"
