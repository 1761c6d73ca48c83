"""What will go wrong with runs: overlaps, closes no tick comes after, clock changes. Each kind beside its nearest harmless one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.model.bot import Account
from runner.model.run import Run
from runner.schedule.clashes import Trades, Warned, warned
from runner.schedule.runs import dues
from runner.schedule.when import local
from tests.schedule.samples import at, sample

BEGIN = at("2026-12-01 12:00")


@pytest.fixture(scope="module")
def account() -> Account:
    """A sample."""
    return sample("hyro_2step")


def bar(name: str, every: str = "4h", offset: str = "5s") -> Run:
    """A tick after bars."""
    return Run(name=name, kind="strategy", work="fvg", every=every, offset=offset)


def cron(name: str, expression: str, zone: str = "UTC") -> Run:
    """A tick by a cron expression."""
    return Run(name=name, kind="strategy", work="fvg", cron=expression, zone=zone)


def found(account: Account, *runs: Run, timeframe: str = "4h", latest_ms: int = 300_000) -> list[Warned]:
    """The warnings of an account with these runs, whose strategies are decided on bars of that timeframe."""
    mine = dues([replace(account, runs={run.name: run for run in runs})])
    trades = [Trades(due=due, timeframes=(timeframe,), latest_ms=latest_ms) for due in mine if due.run.work]
    return warned(mine, trades, BEGIN)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (
            (bar("a"), bar("b", offset="6s")),
            "tick within the same minute, first 2026-12-01 12:00 UTC, 336 times",
        ),
        ((bar("a"), bar("b", offset="64s")), "tick within the same minute"),
        ((bar("a", offset="64s"), bar("b")), "tick within the same minute"),
        ((bar("a"), bar("b", offset="65s")), ""),
        (
            (bar("a"), Run(name="live", kind="strategy", work="fvg", job="live")),
            "live runs until stopped and holds the account: the ticks",
        ),
        (
            tuple(Run(name=name, kind="strategy", work="fvg", job="live") for name in ("a", "b")),
            "hyro_2step.a runs until stopped and holds the account: hyro_2step.b does not start",
        ),
        ((bar("a"), Run(name="guard", job="guard"), Run(name="daily", job="report", every="reset")), ""),  # beside a guard and a report
    ],
)
def test_two_runs_that_trade_one_account_at_once(runs: tuple[Run, ...], said: str, account: Account) -> None:
    """Less than a minute apart, or beside one that runs until it is stopped; what trades nothing is in nobody's way."""
    warnings = [each for each in found(account, *runs) if each.kind == "overlap"]
    assert len(warnings) == bool(said)
    assert not said or said in warnings[0].text


def test_accounts_of_a_group_may_tick_at_once(account: Account) -> None:
    """Warnings are of one account; another one's ticks are none of its business."""
    assert found(account, bar("a")) == found(replace(account, name="other"), bar("a")) == []


@pytest.mark.parametrize(
    ("run", "timeframe", "said"),
    [
        (bar("a"), "4h", ""),
        (bar("a", offset="5m"), "4h", ""),  # at the very last moment
        (
            bar("a", offset="301s"),
            "4h",
            "misses 336 of 336 closes of its 4h bars in 8 weeks, first 2026-12-01 16:00 UTC: no tick",
        ),
        (bar("a"), "1h", "misses 1008 of 1344 closes of its 1h bars in 8 weeks, first 2026-12-01 13:00 UTC"),
        (bar("a", every="1h"), "4h", ""),
        (bar("a", every="1d"), "1w", ""),
        (cron("a", "5 0-23/4 * * *"), "4h", ""),
        (cron("a", "59 3-23/4 * * *"), "4h", "(it ticks 1 min too soon); every: 4h, offset: 5s meets each"),
        (cron("a", "5 4-23/4 * * *"), "4h", "misses 56 of 336 closes of its 4h bars in 8 weeks, first 2026-12-02 00:00 UTC"),
        (cron("a", "5 0 1 1 *"), "4h", "misses 335 of 336"),
        (Run(name="a", kind="strategy", work="fvg", job="live"), "4h", ""),  # it is there when a bar closes
    ],
)
def test_closes_that_no_tick_comes_after_in_time(run: Run, timeframe: str, said: str, account: Account) -> None:
    """Each close needs a tick at it or within `latest` after it."""
    warnings = found(account, run, timeframe=timeframe)
    assert len(warnings) == bool(said)
    assert not said or said in warnings[0].text


@pytest.mark.parametrize(
    ("run", "kinds"),
    [
        (cron("a", "30 2 * * *", "Europe/Berlin"), ["2027-03-28 moves it to 03:00 (02:30 local)"]),
        (cron("a", "30 * * * *", "Europe/Berlin"), ["2027-03-28 skips it (02:30 local)", "2027-10-31 makes it twice (02:30 local)"]),
        (cron("a", "*/20 2 * * *", "America/New_York"), ["2027-03-14 skips it (02:00 and 2 more local)"]),
        (cron("a", "*/20 1 * * *", "America/New_York"), ["2027-11-07 makes it twice (01:00 and 2 more local)"]),
        (cron("a", "15 2 * * *", "Australia/Lord_Howe"), ["2027-10-03 moves it to 02:30 (02:15 local)"]),
        (cron("a", "30 2 * * MON", "Europe/Berlin"), []),  # no clock changes on a Monday
        (cron("a", "30 12 * * *", "Europe/Berlin"), []),
        (cron("a", "30 2 * * *"), []),
    ],
)
def test_clock_changes_of_the_next_year(run: Run, kinds: list[str], account: Account) -> None:
    """What a change skips, moves or makes twice, with its date, zone and local time; not what it leaves as it is."""
    report = replace(run, job="report", kind="", work="")  # that it misses closes is none of this test's business
    warnings = found(account, report)
    assert [each.kind for each in warnings] == ["clock"] * len(kinds)
    for each, said in zip(warnings, kinds, strict=True):
        day, _, what = said.partition(" ")
        assert f"on {day} the clocks of {run.zone} go" in each.text
        assert each.text.endswith(what)
        assert local(each.at_ms, run.zone).strftime("%Y-%m-%d") == day


def test_ticks_of_a_zone_that_drift_away_from_bars(account: Account) -> None:
    """Bars are counted in UTC: ticks at 1, 5, 9 … in Berlin meet them in winter only, and that is said now."""
    [warning] = found(account, cron("a", "1 1,5,9,13,17,21 * * *", "Europe/Berlin"))
    assert (warning.kind, warning.at_ms) == ("clock", at("2027-03-28 01:00"))
    assert "its ticks come 1 h earlier by UTC" in warning.text
    assert "miss 42 of 42 closes of its 4h bars in a week, first 2027-03-28 04:00 UTC; zone: UTC keeps them" in warning.text
