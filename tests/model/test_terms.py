"""What rules share: clocks, durations, numbers."""

from __future__ import annotations

import math

import pytest

from runner.model.rules import Reset
from runner.model.terms import Clock, Weekday, duration_ms, number
from tests.rulebooks import facts, refusal


@pytest.mark.parametrize("at", ["00:00", "09:30", "16:59:30", "23:59"])
def test_times_of_day(at: str) -> None:
    """Hours and minutes, seconds where they matter."""
    assert Clock(at=at, zone="UTC").reset() == Reset(at=at, zone="UTC")


@pytest.mark.parametrize("at", [1020, 10.5, None, "", "9:30", "24:00", "12", "12:60", "T12:00", "12:00Z", "12:00:00.5"])
def test_other_times_are_refused(at: object) -> None:
    """What YAML makes of an unquoted time, and what is no time."""
    assert f"expected a time of day in quotes such as '17:00', was {at!r}" in refusal(Clock, at=at, zone="UTC")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Prague", "America/New_York", "America/Argentina/Buenos_Aires"])
def test_zones(zone: str) -> None:
    """UTC and places."""
    assert Clock(at="17:00", zone=zone).zone == zone


@pytest.mark.parametrize("zone", ["", "EST", "CET", "Etc/GMT+5", "UTC+2", "America", "Europe/Pragu", "../etc/passwd", "/etc/localtime", 0])
def test_other_zones_are_refused(zone: object) -> None:
    """Fixed offsets know no daylight saving; the rest is no zone at all."""
    assert f"expected a time zone such as UTC or America/New_York, was {zone!r}" in refusal(Clock, at="17:00", zone=zone)


def test_a_near_zone_is_named() -> None:
    """A slip of one letter is met with the zone that was meant."""
    assert "nearest is 'Europe/Prague'" in refusal(Clock, at="17:00", zone="Europe/Pragu")


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("berlin", "; nearest is 'Europe/Berlin'"),
        ("New York", "; nearest is 'America/New_York'"),
        ("Amerika/New_York", "; nearest is 'America/New_York'"),
        ("utc", "; nearest is 'UTC'"),
        ("EST", "; nearest is 'America/New_York'"),
        ("CET", "; nearest is 'Europe/Berlin'"),
        ("UTC+1", "; a zone is UTC or area/place, its area Africa, America, Asia, "),
        ("Mars/X", "; a zone is UTC or area/place, its area Africa, America, Asia, "),
    ],
)
def test_zones_as_people_call_them(zone: str, said: str) -> None:
    """By their place alone, by letters, in another case; where nothing is near it is said how zones are called."""
    assert f"was {zone!r}{said}" in refusal(Clock, at="17:00", zone=zone)


def test_numbers_of_the_same_clock() -> None:
    """Equal clocks are one."""
    account = facts()
    assert [Clock(at=at, zone="UTC").number(account) for at in ("00:00", "17:00", "00:00")] == [0, 1, 0]


def test_absent_numbers() -> None:
    """None is NaN in a row, and a time of no length."""
    assert math.isnan(number(None))
    assert (number(3), duration_ms(None), duration_ms("90s")) == (3.0, 0, 90_000)


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        pytest.param(["mon"], (0,), id="once a week"),
        pytest.param(["sun", "fri", "fri"], (4, 6), id="in the order of the week, each once"),
        pytest.param(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], (), id="all seven are every day"),
    ],
)
def test_weekdays(names: list[Weekday], numbers: tuple[int, ...]) -> None:
    """Days a clock goes off on, 0 = Monday."""
    assert Clock(at="00:00", zone="UTC", weekdays=names).reset() == Reset(at="00:00", zone="UTC", weekdays=numbers)
