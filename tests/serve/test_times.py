"""A run's times as APScheduler asks for them, and where in the jitter an account begins."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from runner.schedule.when import AfterReset, Always, BarClose, Cron, When, following
from runner.serve.times import Times, instant, milliseconds_of, spread_ms

NOW = datetime(2026, 3, 28, 23, 59, 59, 999000, tzinfo=UTC)  # before a clock change in Berlin


@pytest.mark.parametrize(
    "when",
    [
        BarClose(every_ms=14_400_000, offset_ms=5_000),
        Cron(expression="30 2 * * *", zone="Europe/Berlin"),
        AfterReset(at="17:00", zone="America/New_York", offset_ms=300_000),
    ],
    ids=["bars", "cron", "reset"],
)
@pytest.mark.parametrize("spread", [0, 1_234])
def test_they_are_those_of_the_schedule(when: When, spread: int) -> None:
    """One after the other, through the store's pickling, each later by the spread."""
    times = pickle.loads(pickle.dumps(Times(when=when, spread_ms=spread)))  # noqa: S301 - our own bytes
    fires, found = times.get_next_fire_time(None, NOW), []
    for _ in range(5):
        assert fires is not None
        found.append(times.due_ms(fires))
        fires = times.get_next_fire_time(fires, NOW)
    assert found == following(when, milliseconds_of(NOW) - spread, 5)


def test_what_lasts_never_fires() -> None:
    """None, which the store takes for over."""
    assert Times(when=Always()).get_next_fire_time(None, NOW) is None


def test_milliseconds_survive_the_stores_seconds() -> None:
    """It keeps a float; an instant comes back as it was."""
    for ms in range(1_795_348_000_000, 1_795_348_000_999, 37):
        assert milliseconds_of(datetime.fromtimestamp(instant(ms).timestamp(), UTC)) == ms


def test_accounts_are_spread_over_the_jitter() -> None:
    """The same place for the same name; a hundred accounts do not ask in the same tenth."""
    found = [spread_ms(f"a{number:03d}", 2_000) for number in range(100)]
    assert found == [spread_ms(f"a{number:03d}", 2_000) for number in range(100)]
    assert max(sum(each // 200 == tenth for each in found) for tenth in range(11)) < 30
    assert (min(found) >= 0, max(found) <= 2_000, spread_ms("any", 0)) == (True, True, 0)
