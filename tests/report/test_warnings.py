"""What a reader must know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runner.model.bot import GateSettings
from runner.model.rules import Code, Family, Reset, RuleRow, Severity
from runner.model.stream import Stream
from runner.report.warnings import warnings
from tests.report import cases

ALWAYS = (
    "challenge.deadline: not exercised, a backtest sets the stop together with the entry",
    "other accounts of the same trader are unknown to a backtest; the gate reckoned with none",
    "1 position(s) were closed at the last price because the bars ended",
)


def test_a_plain_run_has_the_warnings_every_backtest_has(tmp_path: Path) -> None:
    """Deadline, other accounts, the position open at the end."""
    assert warnings(cases.bot(tmp_path), cases.outcome(), [cases.stream()]) == list(ALWAYS)


def test_assumed_funding_inferred_instruments_and_spot_bars_are_said(tmp_path: Path) -> None:
    """Each with its symbol; funding missing in the outcome and in the stream is said once."""
    stream = cases.stream("SOLUSDT", origin="binance/spot SOLUSDT-4h")
    assert stream.funding is not None
    market = replace(stream.market, instrument=cases.instrument("SOLUSDT", inferred=True))
    doubtful = replace(stream, market=market, funding=replace(stream.funding, assumed=True))
    assert warnings(cases.bot(tmp_path), cases.outcome(missing_funding=("SOLUSDT",)), [doubtful])[:3] == [
        "SOLUSDT: no funding history for all of its bars; 0.0100% per payment is assumed there",
        "SOLUSDT: no instrument specification; steps were inferred from its prices",
        "SOLUSDT: the bars are spot, not the perpetual that is traded",
    ]


def test_unequal_coverage_names_the_shorter_symbol(tmp_path: Path) -> None:
    """The longer one is not mentioned, an empty one is."""
    found = warnings(cases.bot(tmp_path), cases.outcome(), [cases.stream(), short("ETHUSDT", 12), short("SOLUSDT", 0)])
    assert found[:2] == [
        "SOLUSDT: no bars in this range, nothing was traded",
        "ETHUSDT: bars only from 2024-01-01T00:00:00Z to 2024-01-03T00:00:00Z",
    ]


def short(symbol: str, count: int) -> Stream:
    """A silent stream of `count` bars."""
    stream = cases.stream(symbol)
    bars = stream.market.bars.rows(slice(0, count))
    return replace(stream, market=replace(stream.market, bars=bars), execution=bars)


def test_a_reset_inside_bars_is_said_and_one_between_bars_is_not(tmp_path: Path) -> None:
    """17:00 New York falls inside UTC 4h bars; midnight UTC does not (the plain run above says nothing of it)."""
    book = replace(cases.book(), clocks=(Reset(at="17:00", zone="America/New_York"),))
    found = warnings(cases.bot(tmp_path), cases.outcome(book=book), [cases.stream()])
    assert found[0] == "BTCUSDT: the reset at 17:00 America/New_York falls inside 4h bars; both days see the bar's extremes"


def test_manual_rules_books_warnings_ambiguity_and_an_open_gate_are_said(tmp_path: Path) -> None:
    """People judge manual rules; the book's own words come through; a gate that is off is never silent."""
    manual = RuleRow(key=f"{cases.KEY}.conduct", family=Family.COUNTER, code=Code.INACTIVITY, severity=Severity.MANUAL)
    book = replace(
        cases.book(manual), warnings=("the firm changed its rules in 2026", "program.phases.verification.rules.daily: ask the firm")
    )
    bot = cases.bot(tmp_path)
    off = replace(bot, account=replace(bot.account, gate=GateSettings(enabled=False)))
    found = warnings(off, cases.outcome(book=book, rule_states=cases.rule_states(6), ambiguous_failed=2), [cases.stream()])
    assert found == [
        "the firm changed its rules in 2026",
        ALWAYS[0],
        "challenge.conduct: judged by people at the firm, not by this run",
        "the gate was off: quantities are the strategy's own, and rules were only watched",
        ALWAYS[1],
        "2 ambiguous verdict(s) counted as failed: only the order of prices inside a bar could tell",
        ALWAYS[2],
    ]


YEAR_MS = 365 * 86_400_000


@pytest.mark.parametrize(
    ("calendars", "said"),
    [
        pytest.param(None, "no release is known, so nothing was kept out and nothing judged", id="no calendar"),
        pytest.param((-YEAR_MS, -YEAR_MS // 2), "releases are known from", id="it ends long before the bars"),
        pytest.param((YEAR_MS // 2, YEAR_MS), "releases are known from", id="it begins long after them"),
        pytest.param((-86_400_000, YEAR_MS), "", id="the bars lie inside it"),
    ],
)
def test_what_the_calendar_of_releases_does_not_cover_is_said(calendars: tuple[int, int] | None, said: str, tmp_path: Path) -> None:
    """A news blackout judges only what it knows releases of."""
    news = RuleRow(key=f"{cases.KEY}.news", family=Family.CALENDAR, code=Code.NEWS, calendar=-1 if calendars is None else 0)
    first = int(cases.stream().execution.open_time[0])
    times = () if calendars is None else (np.array([first + each for each in calendars], np.int64),)
    book = replace(cases.book(news), calendars=times)
    lines = warnings(cases.bot(tmp_path), cases.outcome(book=book, rule_states=cases.rule_states(6)), [cases.stream()])
    assert [line for line in lines if line.startswith("challenge.news: ")] == [line for line in lines if said and said in line]
    assert any(said in line for line in lines)


@pytest.mark.parametrize(
    ("minimum", "place", "said"),
    [
        pytest.param(3 * cases.BAR_MS, 2, True, id="closed somewhere in the third bar, wanted three"),
        pytest.param(3 * cases.BAR_MS, 0, False, id="closed at the open of the third bar: surely short"),
        pytest.param(4 * cases.BAR_MS, 2, False, id="even the bar's end is too early"),
        pytest.param(2 * cases.BAR_MS, 2, False, id="long enough already"),
    ],
)
def test_trades_that_may_have_been_short_are_counted(minimum: int, place: int, said: bool, tmp_path: Path) -> None:
    """The second trade was opened at an open, two bars before the bar it ended in."""
    trades = cases.trades()[1:2]
    trades["closed"] += place
    held = RuleRow(key=f"{cases.KEY}.hold", family=Family.TIMER, code=Code.HOLDING_TIME, duration_ms=minimum, limit=0.0)
    outcome = cases.outcome(trades=trades, book=cases.book(held), rule_states=cases.rule_states(6))
    lines = [line for line in warnings(cases.bot(tmp_path), outcome, [cases.stream()]) if line.startswith("challenge.hold")]
    assert [line.split(":")[1][:9] for line in lines] == ([" 1 trade("] if said else [])
