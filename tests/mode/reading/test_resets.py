"""When clocks strike, told across clock changes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from runner.mode.reading.resets import lines, named, spoken
from runner.model.duration import DAY_MS, HOUR_MS, MINUTE_MS
from runner.model.rules import Reset

NEW_YORK = Reset(at="17:00", zone="America/New_York")
PRAGUE = Reset(at="00:00", zone="Europe/Prague")
CHICAGO = Reset(at="17:00", zone="America/Chicago")


def ms(text: str) -> int:
    """UTC milliseconds of an ISO time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("clock", "now", "expected"),
    [
        pytest.param(
            NEW_YORK,
            "2026-03-06 12:00",
            ["Fri 2026-03-06 22:00 UTC  (22:00 UTC)", "Sat 2026-03-07 22:00 UTC  (22:00 UTC)", "Sun 2026-03-08 21:00 UTC  (21:00 UTC)"],
            id="New York goes to summer time",
        ),
        pytest.param(
            NEW_YORK,
            "2026-10-31 12:00",
            ["Sat 2026-10-31 21:00 UTC  (21:00 UTC)", "Sun 2026-11-01 22:00 UTC  (22:00 UTC)", "Mon 2026-11-02 22:00 UTC  (22:00 UTC)"],
            id="New York goes to winter time",
        ),
        pytest.param(
            PRAGUE,
            "2026-03-28 12:00",
            ["Sat 2026-03-28 23:00 UTC  (23:00 UTC)", "Sun 2026-03-29 22:00 UTC  (22:00 UTC)", "Mon 2026-03-30 22:00 UTC  (22:00 UTC)"],
            id="Prague goes to summer time",
        ),
        pytest.param(
            CHICAGO,
            "2028-02-28 12:00",
            ["Mon 2028-02-28 23:00 UTC  (23:00 UTC)", "Tue 2028-02-29 23:00 UTC  (23:00 UTC)", "Wed 2028-03-01 23:00 UTC  (23:00 UTC)"],
            id="the leap day in Chicago",
        ),
    ],
)
def test_the_next_three(clock: Reset, now: str, expected: list[str]) -> None:
    """The next three resets in the reader's zone and in UTC."""
    assert [line.removeprefix("next  ") for line in lines(clock, ms(now), UTC)[:3]] == expected


def test_a_reset_at_this_very_instant_is_over() -> None:
    """What strikes now has struck."""
    assert lines(PRAGUE, ms("2026-01-10 23:00"), UTC)[0] == "next  Sun 2026-01-11 23:00 UTC  (23:00 UTC)"


def test_the_next_two_clock_changes_are_told() -> None:
    """From New York's summer to Prague's lie three weeks: for a reader in Prague the reset moves twice."""
    moved = lines(NEW_YORK, ms("2026-03-01 12:00"), ZoneInfo("Europe/Prague"))[3:]
    assert moved == [
        "from  Sun 2026-03-08 22:00 CET  (21:00 UTC), after a clock change",
        "from  Sun 2026-03-29 23:00 CEST  (21:00 UTC), after a clock change",
    ]


def test_a_clock_without_summer_time_never_moves() -> None:
    """Midnight UTC read in UTC has no change to tell."""
    assert len(lines(Reset(at="00:00", zone="UTC"), ms("2026-03-01 12:00"), UTC)) == 3


def test_a_weekly_clock_names_its_day_and_comes_once_a_week() -> None:
    """Fridays only."""
    clock = Reset(at="16:00", zone="America/New_York", weekdays=(4,))
    assert named(clock) == "16:00 America/New_York on Friday"
    days = [line[6:20] for line in lines(clock, ms("2026-11-21 12:00"), UTC)[:3]]
    assert days == ["Fri 2026-11-27", "Fri 2026-12-04", "Fri 2026-12-11"]


@pytest.mark.parametrize(
    ("span", "said"),
    [(30 * DAY_MS, "30 days"), (DAY_MS, "1 day"), (4 * HOUR_MS, "4 hours"), (5 * MINUTE_MS, "5 minutes"), (30_000, "30 seconds")],
)
def test_a_length_in_words(span: int, said: str) -> None:
    """The largest unit that divides it."""
    assert spoken(span) == said
