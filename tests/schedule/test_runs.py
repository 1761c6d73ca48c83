"""Runs of an account with their times, and what is typed to start each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.model.bot import Account
from runner.model.run import Run
from runner.schedule.runs import dues, reset_of, tells_days, when_of, words_of
from runner.schedule.when import AfterReset, Always, BarClose, Cron
from tests.schedule.samples import at, sample


@pytest.fixture(scope="module")
def account() -> Account:
    """A sample."""
    return sample("hyro_2step")


@pytest.mark.parametrize(
    ("run", "when", "command"),
    [
        (
            Run(name="x", kind="strategy", work="fvg", every="4h", offset="5s"),
            BarClose(every_ms=14_400_000, offset_ms=5000),
            "runner +strategy=fvg +account=hyro_2step mode=once",
        ),
        (
            Run(name="x", kind="portfolio", work="calm", cron="5 4 * * *", zone="Europe/Berlin"),
            Cron(expression="5 4 * * *", zone="Europe/Berlin"),
            "runner +portfolio=calm +account=hyro_2step mode=once",
        ),
        (Run(name="x", kind="strategy", work="fvg", job="live"), Always(), "runner +strategy=fvg +account=hyro_2step mode=live"),
        (Run(name="x", kind="strategy", work="fvg", job="paper"), Always(), "runner +strategy=fvg +account=hyro_2step mode=paper"),
        (Run(name="x", job="guard"), Always(), "runner mode=guard account=hyro_2step"),
        (
            Run(name="x", job="report", every="reset", offset="5m"),
            AfterReset(at="00:00", zone="UTC", offset_ms=300_000),
            "runner mode=report account=hyro_2step mode.period=day",
        ),
        (
            Run(name="x", job="report", cron="0 18 * * *"),
            Cron(expression="0 18 * * *", zone="UTC"),
            "runner mode=report account=hyro_2step mode.period=today",
        ),
        (
            Run(name="x", job="review", cron="0 9 * * SUN"),
            Cron(expression="0 9 * * SUN", zone="UTC"),
            "runner mode=report account=hyro_2step mode.period=week",
        ),
    ],
)
def test_each_kind_of_run(run: Run, when: object, command: str, account: Account) -> None:
    """When it is due, and what is typed."""
    [due] = dues([replace(account, runs={"x": run})])
    assert (due.when, due.command, due.name) == (when, command, "hyro_2step.x")
    assert (when_of(run, account), words_of(run, account)) == (due.when, due.words)


@pytest.mark.parametrize(
    ("run", "tells"),
    [
        (Run(name="x", job="report", every="reset", offset="5m"), True),
        (Run(name="x", job="report", every="reset", offset="9h"), True),
        (Run(name="x", job="report", cron="59 0 * * *"), True),
        (Run(name="x", job="report", cron="0 1 * * *"), False),
        (Run(name="x", job="report", cron="59 1 * * *", zone="Europe/Berlin"), True),
        (Run(name="x", job="report", every="4h"), True),
        (Run(name="x", job="review", every="reset"), False),
        (Run(name="x", job="guard"), False),
    ],
)
def test_reports_that_tell_of_days_that_are_over(run: Run, tells: bool, account: Account) -> None:
    """The reset is at midnight UTC: within the hour after it, or after it by name."""
    assert tells_days(run, account, at("2026-11-22 12:00")) is tells


@pytest.mark.parametrize(
    ("name", "at", "zone"),
    [
        ("hyro_2step", "00:00", "UTC"),
        ("ftmo_2step", "00:00", "Europe/Prague"),
        ("topstep_50k", "17:00", "America/Chicago"),
        ("own_money", "00:00", "UTC"),
    ],
)
def test_the_firms_reset(name: str, at: str, zone: str) -> None:
    """By the rule book's own clock; midnight UTC where no firm has one."""
    reset = reset_of(sample(name))
    assert (reset.at, reset.zone) == (at, zone)


def test_a_reset_on_some_weekdays_starts_runs_on_these() -> None:
    """The firm's Friday, and none of the other days."""
    account = sample("hyro_2step")
    clocks = tuple(replace(each, weekdays=(4,)) for each in account.book.clocks)
    found = when_of(Run(name="daily", job="report", every="reset"), replace(account, book=replace(account.book, clocks=clocks)))
    assert isinstance(found, AfterReset)
    assert found.weekdays == (4,)
