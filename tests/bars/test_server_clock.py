"""Clocks by name, doubled and skipped hours, and what weekends say."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from runner.bars.server_clock import LIKELY, clock, doubt, to_utc
from runner.model.bars import Times
from tests.bars.texts import HOUR, coin, euro


def read(*texts: str) -> Times:
    """Times on a clock, as milliseconds."""
    return np.array([int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000) for text in texts], np.int64)


def told(times: Times) -> list[str]:
    """Instants as text."""
    return [f"{datetime.fromtimestamp(int(time) / 1000, UTC):%m-%d %H:%M}" for time in times]


NAMES = [
    ("UTC", "07-01 12:00"),
    ("utc+3", "07-01 09:00"),
    ("GMT-5", "07-01 17:00"),
    ("+05:30", "07-01 06:30"),
    ("Europe/Athens", "07-01 09:00"),
    ("athens", "07-01 09:00"),
    ("New York+7h", "07-01 09:00"),
    ("America/New_York + 7h", "07-01 09:00"),
    ("Etc/GMT+5", "07-01 17:00"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES, ids=[name for name, _ in NAMES])
def test_clocks_have_many_names(name: str, expected: str) -> None:
    """Noon of a summer day, read off each of them."""
    assert told(to_utc(read("2024-07-01 12:00"), clock(name))) == [expected]


@pytest.mark.parametrize(("name", "near"), [("Europe/Athen", "Europe/Athens"), ("Nicosa", "Nicosia"), ("EURUSD", "")])
def test_an_unknown_clock_is_answered_with_the_nearest(name: str, near: str) -> None:
    """Zones and cities alike."""
    with pytest.raises(ValueError, match=f"was {name!r}.*{near}"):
        clock(name)


def test_winter_and_summer_differ() -> None:
    """To the minute of the change: Athens goes from two hours ahead to three at 01:00 UTC."""
    times = read("2024-03-31 02:59", "2024-03-31 04:00", "2024-10-27 02:59", "2024-10-27 04:00")
    assert told(to_utc(times, clock("Europe/Athens"))) == ["03-31 00:59", "03-31 01:00", "10-26 23:59", "10-27 02:00"]


def test_a_doubled_hour_is_read_twice_where_the_file_steps_back() -> None:
    """And once where it does not."""
    twice = read("2024-10-27 02:30", "2024-10-27 03:00", "2024-10-27 03:30", "2024-10-27 03:00", "2024-10-27 03:30", "2024-10-27 04:00")
    assert told(to_utc(twice, clock("Europe/Athens"))) == [
        "10-26 23:30",
        "10-27 00:00",
        "10-27 00:30",
        "10-27 01:00",
        "10-27 01:30",
        "10-27 02:00",
    ]
    hourly = read("2024-10-27 03:00", "2024-10-27 03:00", "2024-10-27 04:00")
    assert told(to_utc(hourly, clock("Europe/Athens"))) == ["10-27 00:00", "10-27 01:00", "10-27 02:00"]


def test_a_skipped_hour_is_refused() -> None:
    """A clock in that place never showed it."""
    with pytest.raises(ValueError, match="row 2: 2024-03-31 03:30 does not exist on the clock Europe/Athens"):
        to_utc(read("2024-03-31 02:30", "2024-03-31 03:30"), clock("Europe/Athens"))


@pytest.mark.parametrize("name", LIKELY)
def test_weekends_tell_the_clock(name: str) -> None:
    """Of real hours of EURUSD, shown on each likely clock in turn: the right one is never doubted, UTC only when it is wrong."""
    by = clock(name)
    shown = np.array([time - (to_utc(np.array([time]), by)[0] - time) for time in euro().open_time.tolist()], np.int64)
    settled = doubt(shown[to_utc(shown, by) == euro().open_time], HOUR, by)
    assert settled is None or settled.best_fit - settled.fit < 0.3
    wrong = doubt(shown, HOUR, clock("UTC"))
    assert (wrong is None) == (name in {"UTC", "Europe/London"})  # London keeps UTC until the last of these weekends


def test_markets_without_weekends_tell_nothing() -> None:
    """Nor do a few days."""
    assert doubt(coin().open_time, 4 * HOUR, clock("Asia/Tokyo")) is None
    assert doubt(euro().open_time[:200], HOUR, clock("Asia/Tokyo")) is None
    assert doubt(np.empty(0, np.int64), HOUR, clock("UTC")) is None
