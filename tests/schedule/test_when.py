"""The four ways of saying when: next instants against a count of every minute, clock changes as Debian's cron has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.model.clock import instant_ms
from runner.model.duration import DAY_MS, milliseconds
from runner.schedule.when import AfterReset, Always, BarClose, Cron, When, clock_changes, cron_fault, following, local, times

MINUTE = 60_000
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu")
CHANGES = {  # zone: a day before its clocks go forward, and before they go back
    "Europe/Berlin": ("2026-03-28", "2026-10-24"),
    "America/New_York": ("2026-03-07", "2026-10-31"),
    "Australia/Lord_Howe": ("2026-10-03", "2026-04-04"),
    "UTC": ("2026-03-28", "2026-10-24"),
    "Asia/Kathmandu": ("2026-03-28", "2026-10-24"),
}


def at(text: str, zone: str = "UTC") -> int:
    """UTC milliseconds of a local time; of a doubled one the first."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def walls(when: When, begin: int, end: int, zone: str) -> list[str]:
    """Instants until then as the clocks on the wall show them."""
    return [local(each, zone).strftime("%d %H:%M%z") for each in times(when, begin, end)]


@pytest.mark.parametrize(
    ("expression", "zone", "day", "expected"),
    [
        ("30 2 * * *", "Europe/Berlin", "2026-03-29", ["29 03:00+0200"]),  # skipped: made up for right after
        ("15,45 2 * * *", "Europe/Berlin", "2026-03-29", ["29 03:00+0200"]),  # both at once, so once
        ("30 2 * * *", "Europe/Berlin", "2026-10-25", ["25 02:30+0200"]),  # doubled: done once, the first time
        ("*/30 2 * * *", "Europe/Berlin", "2026-10-25", ["25 02:00+0200", "25 02:30+0200", "25 02:00+0100", "25 02:30+0100"]),  # follows
        ("*/30 2 * * *", "Europe/Berlin", "2026-03-29", []),  # the wall's clock never shows it
        ("30 2 * * *", "America/New_York", "2026-03-08", ["08 03:00-0400"]),
        ("30 1 * * *", "America/New_York", "2026-11-01", ["01 01:30-0400"]),
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-04", ["04 02:30+1100"]),  # half an hour is left out
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-05", ["05 01:45+1100"]),
        ("45 * * * *", "Australia/Lord_Howe", "2026-04-05", ["05 00:45+1100", "05 01:45+1100", "05 01:45+1030", "05 02:45+1030"]),
        ("0 0-23/4 * * *", "Europe/Berlin", "2026-03-29", ["29 00:00+0100", "29 04:00+0200"]),  # an hour less between the two
    ],
)
def test_clock_changes_as_debians_cron_has_them(expression: str, zone: str, day: str, expected: list[str]) -> None:
    """What is left out is made up for at once, what is doubled is done once, a `*` follows the wall."""
    begin = at(f"{day}T00:00", zone) - MINUTE
    assert walls(Cron(expression=expression, zone=zone), begin, at(f"{day}T04:30", zone), zone)[: len(expected) or None] == expected


numbers = st.lists(st.integers(0, 59), min_size=1, max_size=4, unique=True)
minutes = st.one_of(st.just("*"), st.sampled_from(["*/7", "*/20"]), numbers.map(lambda found: ",".join(map(str, sorted(found)))))
hours = st.one_of(
    st.just("*"), st.just("*/2"), st.lists(st.integers(0, 23), min_size=1, max_size=6, unique=True).map(lambda f: ",".join(map(str, f)))
)


def members(field: str, most: int) -> set[int]:
    """The numbers a field names."""
    if field.startswith("*"):
        return set(range(0, most, int(field.partition("/")[2] or 1)))
    return {int(part) for part in field.split(",")}


def counted(minute: str, hour: str, zone: str, begin: int, end: int) -> list[int]:
    """Every instant in (begin, end] an expression names, minute by minute, as Debian's cron(8) describes it."""
    wanted = {(h, m) for h in members(hour, 24) for m in members(minute, 60)}
    if "*" in minute + hour:
        walk = range(begin - begin % MINUTE, end + 1, MINUTE)
        return [each for each in walk if each > begin and (local(each, zone).hour, local(each, zone).minute) in wanted]
    first = local(begin, zone).date() - timedelta(days=1)
    days = [first + timedelta(days=n) for n in range((end - begin) // DAY_MS + 4)]
    found = {forward(datetime(day.year, day.month, day.day, h, m), zone) for day in days for h, m in wanted}  # noqa: DTZ001 - a wall's
    return sorted(each for each in found if begin < each <= end)


def forward(wall: datetime, zone: str) -> int:
    """The first instant whose wall clock shows that, or, where none does, shows more."""
    moment = wall
    while True:
        instant = moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == moment:
            return round(instant.timestamp() * 1000)
        moment += timedelta(minutes=1)


@settings(max_examples=60, deadline=None)
@given(minutes, hours, st.sampled_from(ZONES), st.booleans(), st.integers(0, 2 * DAY_MS))
def test_nothing_is_skipped_and_nothing_comes_twice(minute: str, hour: str, zone: str, spring: bool, shift: int) -> None:
    """Around every clock change, begun anywhere, also within the doubled hour: the same instants as counting minutes gives."""
    begin = at(CHANGES[zone][0 if spring else 1] + "T00:00", zone) + shift
    end = begin + 2 * DAY_MS
    assert list(times(Cron(expression=f"{minute} {hour} * * *", zone=zone), begin, end)) == counted(minute, hour, zone, begin, end)


whens = st.one_of(
    st.builds(Cron, expression=st.builds("{} {} * * MON-FRI".format, minutes, hours), zone=st.sampled_from(ZONES)),
    st.builds(
        BarClose, every_ms=st.sampled_from([milliseconds(each) for each in ("1m", "4h", "1d", "1w")]), offset_ms=st.integers(0, 59_999)
    ),
    st.builds(
        AfterReset,
        at=st.sampled_from(["00:00", "02:30", "17:00"]),
        zone=st.sampled_from(ZONES),
        offset_ms=st.integers(0, DAY_MS - 1),
        weekdays=st.sampled_from([(), (4,), (0, 1, 2, 3, 4)]),
    ),
)


@settings(max_examples=80, deadline=None)
@given(whens, st.integers(at("2026-01-01"), at("2027-01-01")))
def test_each_is_the_first_after_the_one_before(when: When, begin: int) -> None:
    """Instants increase strictly, and asked from anywhere between two of them the later one comes next."""
    found = following(when, begin, 6)
    assert len(found) == 6
    assert all(one < other for one, other in pairwise([begin, *found]))
    for one, other in pairwise(found):
        assert when.after(other - 1) == when.after((one + other) // 2) == other


@pytest.mark.parametrize(
    ("every", "offset", "begin", "expected"),
    [
        ("1w", 0, "2026-11-22T11:00", "2026-11-23T00:00"),  # a Monday
        ("1w", 5, "2026-11-23T00:00", "2026-11-23T00:00:05"),
        ("1w", 0, "2026-11-23T00:00", "2026-11-30T00:00"),
        ("1d", 0, "2026-11-22T23:59:59", "2026-11-23T00:00"),
        ("4h", 5, "2026-11-22T12:00:04", "2026-11-22T12:00:05"),
        ("4h", 5, "2026-11-22T12:00:05", "2026-11-22T16:00:05"),
        ("1m", 1, "2026-11-22T12:00:00", "2026-11-22T12:00:01"),
    ],
)
def test_after_a_bar(every: str, offset: int, begin: str, expected: str) -> None:
    """Bars are counted from midnight UTC, weekly ones from Monday; the instant itself is not after itself."""
    assert BarClose(every_ms=milliseconds(every), offset_ms=offset * 1000).after(at(begin)) == at(expected)


def test_after_a_reset_follows_the_firms_clock() -> None:
    """At 17:00 in New York whatever UTC says, and on its weekdays alone."""
    when = AfterReset(at="17:00", zone="America/New_York", offset_ms=5 * MINUTE)
    assert walls(when, at("2026-10-31T00:00"), at("2026-11-03T00:00"), "UTC") == ["31 21:05+0000", "01 22:05+0000", "02 22:05+0000"]
    friday = AfterReset(at="17:00", zone="America/New_York", weekdays=(4,))
    assert following(friday, at("2026-11-22"), 1) == [instant_ms(datetime(2026, 11, 27, tzinfo=UTC).date(), "17:00", "America/New_York")]


def test_what_runs_until_it_is_stopped_has_no_times() -> None:
    """No instant follows any."""
    when: When = Always()
    assert when.after(0) is None
    assert following(when, 0, 5) == []


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("@daily 0 * * *", "'@' is not known to every cron"),
        ("5 0-23/4 * *", "expected five fields"),
        ("@daily", "expected five fields"),
        ("60 * * * *", "expected a minute such as 5 or */15, was '60'"),
        ("5 24 * * *", "expected a hour such as 0-23/4"),
        ("5 4 * * MONDAY", "expected a day of week such as MON-FRI or 0, was 'MONDAY' in '5 4 * * MONDAY'; nearest is 'MON'"),
        ("5 4 * * mon-friday", "was 'mon-friday' in '5 4 * * mon-friday'; nearest is 'FRI'"),
        ("5 4 * APRIL *", "expected a month such as 1-12 or JAN, was 'APRIL' in '5 4 * APRIL *'; nearest is 'APR'"),
        ("@daily", "was '@daily'; nearest is '0 0 * * *'"),
        ("0 5 4 * * *", "was '0 5 4 * * *'; six are five without the seconds or the year"),
        ("5 4 *", "was '5 4 *'; found 3"),
        ("5 4 L * *", "'L' is not known to every cron"),
        ("5 4 * * 5#2", "'#' is not known to every cron"),
        ("0 0 30 2 *", "never comes: no date fits"),
        ("0 0 31 2,4,6 *", "never comes: no date fits"),
        ("5 0-23/4 * JUL SUN", None),
        ("0 0 29 2 *", None),
        ("0 0 30 2 MON", None),  # the day of the month or the day of the week
    ],
)
def test_what_is_wrong_with_an_expression(expression: str, said: str | None) -> None:
    """The field, what was expected and what was found; a date that is rare is no fault."""
    fault = cron_fault(expression)
    assert (fault is None) == (said is None)
    assert said is None or said in str(fault)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Berlin", [("2026-03-29T01:00", 60), ("2026-10-25T01:00", -60)]),
        ("America/New_York", [("2026-03-08T07:00", 60), ("2026-11-01T06:00", -60)]),
        ("Australia/Lord_Howe", [("2026-04-04T15:00", -30), ("2026-10-03T15:30", 30)]),
        ("UTC", []),
    ],
)
def test_clock_changes_of_a_year(zone: str, expected: list[tuple[str, int]]) -> None:
    """To the instant, with the minutes the clocks go forward."""
    found = clock_changes(zone, at("2026-01-01"), at("2027-01-01"))
    assert found == [(at(when), timedelta(minutes=by)) for when, by in expected]
