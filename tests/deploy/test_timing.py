"""Times on the clocks of cron and Kubernetes: exactly the due ones, or minutes that hold them, asked about one by one."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from runner.deploy import probe
from runner.deploy.timing import Manners, Timing, listed, merged, timing
from runner.model.duration import DAY_MS, MINUTE_MS
from runner.model.errors import ConfigError
from runner.schedule.when import AfterReset, BarClose, Cron, When, times

HOUR = 3_600_000
BARS = BarClose(every_ms=4 * HOUR, offset_ms=5_000)
RESET = AfterReset(at="17:00", zone="America/New_York", offset_ms=300_000, weekdays=(0, 1, 2, 3, 4))
BERLIN = Cron(expression="0 9 * * SUN", zone="Europe/Berlin")


def at(text: str) -> int:
    """An instant, UTC ms."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


@pytest.mark.parametrize(
    ("when", "zone", "lines", "exact"),
    [
        pytest.param(BARS, "UTC", ["0 0,4,8,12,16,20 * * *"], True, id="bars where the host keeps UTC"),
        pytest.param(BARS, "Asia/Kolkata", ["30 1,5,9,13,17,21 * * *"], True, id="bars half an hour off"),
        pytest.param(BARS, "Europe/Berlin", ["0 1,2,5,6,9,10,13,14,17,18,21,22 * * *"], False, id="bars where clocks change"),
        pytest.param(BarClose(every_ms=HOUR), "Europe/Berlin", ["0 * * * *"], True, id="hourly bars follow the wall"),
        pytest.param(BERLIN, "Europe/Berlin", ["0 9 * * 0"], True, id="as it is written, names as numbers"),
        pytest.param(BERLIN, "UTC", ["0 7,8 * * *"], False, id="another zone: both of its offsets"),
        pytest.param(RESET, "America/New_York", ["5 17 * * 1-5"], True, id="the firm's zone is the host's"),
        pytest.param(Cron(expression="*/5 * * * *", zone="UTC"), "UTC", ["*/5 * * * *"], True, id="stars stay stars"),
        pytest.param(Cron(expression="0 9 1 * *", zone="Asia/Tokyo"), "UTC", ["0 0 * * *"], False, id="dates of another zone"),
    ],
)
def test_lines_of_cron(when: When, zone: str, lines: list[str], exact: bool) -> None:
    """What stands in a crontab, and whether it says everything."""
    timed = timing(when, (zone,), 2026, "debian")
    assert ([fields.cron for fields in timed.fields], timed.exact) == (lines, exact)


def due_of(timed: Timing, when: When, begin: int, end: int) -> list[int]:
    """The minutes at which a clock that reads these lines starts something that is then found to be due."""
    started = {each for fields in timed.fields for each in times(Cron(expression=fields.cron, zone=timed.zone), begin - 1, end - 1)}
    return sorted(each for each in started if timed.exact or probe.due(when, timed.seconds, timed.grace, each + 20_000))


def drawn(chance: random.Random) -> When:
    """Some times."""
    zone = chance.choice(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo"])
    kind = chance.randrange(4)
    if kind == 0:
        return BarClose(
            every_ms=chance.choice([15, 60, 90, 240, 1440, 4320, 10080]) * MINUTE_MS, offset_ms=chance.choice([0, 5, 90, 3600]) * 1000
        )
    if kind == 1:
        days = tuple(sorted(chance.sample(range(7), chance.choice([0, 2, 5]))))
        clock = f"{chance.randrange(24):02d}:{chance.choice([0, 30, 59]):02d}"
        return AfterReset(at=clock, zone=zone, offset_ms=chance.choice([0, 300, 7200]) * 1000, weekdays=days)
    hour = chance.choice(["2", "9", "0-23/4", "*", "1-3", "22,23"])
    day, weekday = chance.choice([("*", "*"), ("*", "MON-FRI"), ("*", "SUN"), ("1,15", "*"), ("1", "MON"), ("*/2", "TUE")])
    return Cron(expression=f"{chance.choice(['0', '30', '5,35'])} {hour} {day} {chance.choice(['*', '*', '3,10'])} {weekday}", zone=zone)


@pytest.mark.parametrize("seed", range(40))
def test_no_run_is_lost_or_added(seed: int) -> None:
    """In other years than the one that was tried out, around changes of the clock: what is started and due is what the schedule says."""
    chance = random.Random(seed)
    when, host = drawn(chance), chance.choice(["UTC", "Europe/Berlin", "America/New_York"])
    manners: Manners = chance.choice(["debian", "plain"])
    zones = (host,) if manners == "debian" else ("UTC", getattr(when, "zone", "UTC"))
    timed = timing(when, zones, 2026, manners)
    for begin in (at("2027-03-10"), at("2027-10-20"), at("2030-06-01")):
        end = begin + 22 * DAY_MS
        expected = [each // MINUTE_MS * MINUTE_MS for each in times(when, begin - 1, end - 1)]
        late = timed.seconds * 1000
        edge = DAY_MS  # a run whose start lies before the span, and ends in it
        assert [each for each in due_of(timed, when, begin - edge, end) if begin <= each + late < end] == expected, (when, timed)


def test_a_start_that_is_late_is_still_due() -> None:
    """Within the grace, which is never as long as the time to the next candidate; the candidate after it is not."""
    timed = timing(BERLIN, ("UTC",), 2026, "debian")
    sunday = at("2026-07-05T07:00")
    asked = [probe.due(BERLIN, timed.seconds, timed.grace, sunday + minutes * MINUTE_MS) for minutes in (-1, 0, 4, 5, 60)]
    assert asked == [False, True, True, False, False]
    assert timed.grace == 5


@pytest.mark.parametrize("when", [BARS, RESET, BERLIN])
def test_a_question_says_its_times(when: When) -> None:
    """Words and back."""
    assert probe.read(probe.words(when, 5, 2)) == (when, 5, 2)


def test_statuses_of_a_question(capsys: pytest.CaptureFixture[str]) -> None:
    """0: due, 1: not, 2: not understood."""
    asked = probe.words(BERLIN, 0, 5)
    assert probe.main(asked, at("2026-07-05T07:00")) == 0
    assert probe.main(asked, at("2026-07-05T08:00")) == 1
    assert probe.main(["0", "5", "tide"], 0) == 2
    assert "not understood: 0 5 tide" in capsys.readouterr().err


def test_more_than_once_a_minute_is_refused() -> None:
    """No clock with minutes does that."""
    with pytest.raises(ConfigError, match="a clock that knows minutes"):
        timing(BarClose(every_ms=30_000), ("UTC",), 2026)


def test_spans_of_numbers() -> None:
    """Three in a row are a span, two are not."""
    assert listed((0, 1, 2, 4, 5, 7)) == "0-2,4,5,7"


def test_one_line_for_several() -> None:
    """A clock that takes one line is given one that holds them all, and asks."""
    timed = merged(timing(BarClose(every_ms=90 * MINUTE_MS), ("UTC",), 2026))
    assert [fields.cron for fields in timed.fields] == ["0,30 0,1,3,4,6,7,9,10,12,13,15,16,18,19,21,22 * * *"]
    assert not timed.exact
