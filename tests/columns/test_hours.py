"""Bar closes against wall clocks, daylight saving and missing bars included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.columns.hours import inside, last_before
from runner.model.bars import Bars
from runner.model.terms import Clock, Weekday, Window
from tests.blocks.candles import HOUR_MS, candles
from tests.contracts.discovery import real, source

NEW_YORK = "America/New_York"


def hourly(start: datetime, count: int, *missing: int) -> Bars:
    """Hourly bars from `start` (UTC) on, without those whose numbers are missing."""
    bars = candles([(1.0, 1.0, 1.0, 1.0)] * count, timeframe_ms=HOUR_MS)
    moved = bars.open_time + int(start.replace(tzinfo=UTC).timestamp() * 1000)
    keep = np.array([number not in missing for number in range(count)])
    return Bars(**(bars.__dict__ | {"open_time": moved})).rows(keep)


def told(bars: Bars, flags: NDArray[np.bool_]) -> list[str]:
    """Closes that are flagged, as UTC text."""
    return [f"{datetime.fromtimestamp(int(close) / 1000, UTC):%a %H:%M}" for close in bars.close_time[flags]]


def local(close: int, zone: str) -> datetime:
    """A close on the wall of the zone."""
    return datetime.fromtimestamp(int(close) / 1000, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("opens", "closes", "weekdays"),
    [
        pytest.param("09:30", "16:00", [], id="a day's session"),
        pytest.param("22:00", "06:00", [], id="over midnight"),
        pytest.param("22:00", "06:00", ["fri"], id="over midnight from Friday on"),
        pytest.param("00:00", "00:00", ["mon", "sat"], id="whole days"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", NEW_YORK, "Asia/Tokyo"])
def test_windows_agree_with_the_wall_clock_bar_by_bar(opens: str, closes: str, weekdays: list[Weekday], zone: str) -> None:
    """Half a year of hourly bars with both clock changes: the session's day is the one it opened on."""
    bars = source().bars("BTCUSDT", "1h").rows(slice(0, 8000))
    window = Window(opens=opens, closes=closes, zone=zone, weekdays=weekdays)
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    def holds(close: int) -> bool:
        now = local(close, zone)
        at = f"{now:%H:%M}"
        if opens < closes:
            began, here = now, opens <= at < closes
        else:
            began, here = (now, True) if at >= opens else (now - timedelta(days=1), at < closes)
        return here and (not weekdays or days[began.weekday()] in weekdays)

    assert inside(bars, window).tolist() == [holds(int(close)) for close in bars.close_time]


def test_the_edges_of_a_window() -> None:
    """A close at the beginning is inside, one at the end is not."""
    bars = hourly(datetime(2024, 1, 1, 6, 0), 6)  # noqa: DTZ001 - made UTC there
    assert told(bars, inside(bars, Window(opens="08:00", closes="10:00", zone="UTC"))) == ["Mon 08:00", "Mon 09:00"]


@pytest.mark.parametrize(
    ("at", "lead", "missing", "closes"),
    [
        pytest.param("17:00", 0, (), ["Fri 17:00"], id="a close at that very time"),
        pytest.param("16:55", 0, (), ["Fri 16:00"], id="the last close before it"),
        pytest.param("17:00", 30, (), ["Fri 16:00"], id="half an hour ahead"),
        pytest.param("17:00", 60, (), ["Fri 16:00"], id="an hour ahead to the minute"),
        pytest.param("17:00", 0, (16, 17, 18), ["Fri 20:00"], id="no bar then: the first close after it"),
    ],
)
def test_the_last_close_before_a_time_of_day(at: str, lead: int, missing: tuple[int, ...], closes: list[str]) -> None:
    """Two days of hourly bars from Thursday midnight; the missing ones are Friday's of 16, 17 and 18 o'clock."""
    bars = hourly(datetime(2024, 1, 4), 48, *(24 + number for number in missing))  # noqa: DTZ001 - made UTC there
    assert told(bars, last_before(bars, Clock(at=at, zone="UTC", weekdays=["fri"]), lead * 60_000)) == closes


def test_every_day_has_one_such_close() -> None:
    """On real 4h bars, in New York, through both clock changes: the close is within four hours before 16:55 local time."""
    bars = real().bars
    flags = last_before(bars, Clock(at="16:55", zone=NEW_YORK), 0)
    times = [local(int(close), NEW_YORK) for close in bars.close_time[flags]]
    assert all(0 <= ((16 * 60 + 55) - (each.hour * 60 + each.minute)) < 240 for each in times)
    assert len(times) > 240
    assert {(later.date() - each.date()).days for each, later in pairwise(times)} == {1}


@pytest.mark.parametrize("count", [0, 1])
def test_few_bars(count: int) -> None:
    """No bars, no flags; one bar is no trouble."""
    bars = real().bars.rows(slice(0, count))
    assert last_before(bars, Clock(at="17:00", zone="UTC"), 0).shape == (count,)
    assert inside(bars, Window(opens="09:00", closes="17:00", zone="UTC")).shape == (count,)
