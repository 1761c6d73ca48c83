"""`mode=report`: a day or a week of an account out of a real journal, printed, kept and told."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from runner.alert.outbox import Outbox
from runner.journal.live import LiveJournal
from runner.live.state import state_of
from runner.live.status import FrozenStatus, PositionStatus, RuleStatus, Status, leave
from runner.mode.reporting.span import span
from runner.model.rules import Reset
from runner.model.trading import FillKind, FillSeen, Origin
from tests.command import Ran, command
from tests.schedule.samples import at

NAME = "hyro_2step"
RULES = (
    RuleStatus(
        rule="program.phases.challenge.rules.total", code="MAX_LOSS", firm=True, value=80, limit=1000, headroom=920, share_left=0.92
    ),
    RuleStatus(
        rule="program.phases.challenge.rules.daily", code="DAILY_LOSS", firm=True, value=300, limit=500, headroom=200, share_left=0.4
    ),
)


def status(time: str, balance: float, result: float) -> Status:
    """How the account stood."""
    return Status(
        account=NAME,
        environment="demo",
        mode="live",
        pid=1,
        at_ms=at(time),
        firm="hyrotrader",
        program="2step",
        phase="challenge",
        currency="USDT",
        initial=10_000.0,
        balance=balance,
        equity=balance + 5,
        day_result=result,
        target=1000.0,
        days=3,
        days_needed=10,
        rules=RULES,
    )


def fill(time: str, side: int, price: str) -> FillSeen:
    """One coin bought or sold."""
    return FillSeen(
        execution_id=time,
        order_id="",
        client_order_id="",
        symbol="BTCUSDT",
        side=side,
        quantity=Decimal(1),
        price=Decimal(price),
        fee=Decimal("0.5"),
        maker=False,
        kind=FillKind.TRADE,
        origin=Origin.USER,
        at_ms=at(time),
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An account that traded on two days of November."""
    state = state_of(tmp_path, NAME)
    state.root.mkdir(parents=True)
    with LiveJournal.open(state.journal, account=NAME) as journal:
        for time, balance, result in (
            ("2026-11-20 20:00", 10_100.0, 100.0),
            ("2026-11-21 20:00", 10_120.0, 20.0),
            ("2026-11-22 00:00", 10_120.0, 0.0),
        ):
            journal.note(at(time), "mark", status(time, balance, result).mark())
        for time, side, price in (
            ("2026-11-20 08:00", 1, "100"),
            ("2026-11-20 12:00", -1, "201"),
            ("2026-11-21 08:00", 1, "100"),
            ("2026-11-21 12:00", -1, "131"),
            ("2026-11-21 13:00", -1, "100"),
            ("2026-11-21 14:00", 1, "109"),
        ):
            journal.fill(fill(time, side, price), at(time), "1.0", "entry")
        for time in ("2026-11-21 09:00", "2026-11-21 10:00"):
            journal.note(at(time), "blocked", {"symbol": "BTCUSDT", "strategy": "fvg", "why": "halted by hand: holiday"})
        journal.note(at("2026-11-21 09:00"), "order_refused", {"symbol": "BTCUSDT", "why": "110007"})
        journal.note(at("2026-11-21 11:00"), "stream", {"channel": "private", "up": False, "why": "closed"})
        journal.note(at("2026-11-21 11:01"), "stream", {"channel": "private", "up": True, "why": ""})
    return tmp_path


def reported(home: Path, time: str, *words: str) -> Ran:
    """The report as of a time."""
    return command("mode=report", f"account={NAME}", f"mode.at={time}", *words, home=home)


def test_the_day_that_has_just_ended(home: Path) -> None:
    """Five minutes after the reset: figures of the mark before it, trades of that day, what was refused and held back."""
    ran = reported(home, "2026-11-22 00:05")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == DAY
    assert max(map(len, ran.out.splitlines())) <= 80


DAY = """\
# hyro_2step  hyrotrader 2step, challenge, demo
day from Sat 2026-11-21 00:00 to Sun 2026-11-22 00:00 UTC

balance        10,120.00 USDT
equity         10,125.00 USDT
day's result   +20.00
profit target  1,000.00; made +120.00, 12% of it
trading days   3 of 10, 7 to go

## Left of each rule
40%  daily  DAILY_LOSS    at 300.00, limit 500.00
92%  total  MAX_LOSS      at 80.00, limit 1,000.00

## Trades closed
1 of 2 won (50%), result +20.00, profit factor 3.00
Sat 12:00  BTCUSDT  long   1  +30.00
Sat 14:00  BTCUSDT  short  1  -10.00

## Orders and decisions
0 orders sent, 1 refused, 0 without an answer
connection lost 1 time
entries held back: 2
2 x  halted by hand: holiday
"""


def test_a_day_that_still_runs(home: Path) -> None:
    """As of when its figures are, what is open with its stop, rules in their own units, orders that left for the venue."""
    ours = (
        RuleStatus(rule="firm.rest", code="INACTIVITY", firm=True, value=119_956, limit=2_592_000_000, share_left=0.99),
        RuleStatus(rule="house.drawdown", code="HOUSE", firm=False, value=0.0012, limit=0.03, share_left=0.96),
    )
    held = PositionStatus(symbol="BTCUSDT", side=1, quantity="0.232", entry="100.5", stop="95", open_result=-3.1)
    odd = PositionStatus(symbol="ETHUSDT", side=1, quantity="2", entry="", stop="", venue="2")
    stands = replace(status("2026-11-22 15:28", 10_120.0, 0.0), rules=ours, positions=(held, odd))
    leave(state_of(home, NAME), replace(stands, frozen=(FrozenStatus(symbol="ETHUSDT", why="order 17 is not ours"),)))
    with LiveJournal.open(state_of(home, NAME).journal, account=NAME) as journal:
        for name, became, detail in (
            ("a", ("acknowledged", "filled"), ""),
            ("b", ("rejected",), "110007 no money"),
            ("c", ("unknown", "absent"), ""),
            ("d", ("rejected",), "not sent: halted by hand"),
            ("e", (), ""),
        ):
            journal.intent(name, at("2026-11-22 15:00"), "BTCUSDT", "ENTRY", "1", {})
            for state in became:
                journal.step(name, at("2026-11-22 15:00"), state, detail=detail)
        journal.step("of yesterday", at("2026-11-22 15:00"), "filled")
    ran = reported(home, "2026-11-22 15:31")
    assert (ran.status, ran.err) == (0, "")
    assert "still running\nfigures as of 2026-11-22 15:28, when it was last heard of\n" in ran.out
    assert "\n## Left of each rule, as the ledger counts\n" in ran.out
    assert "at 1 min, limit 30 d\n" in ran.out
    assert "at 0.12 %, limit 3.00 %\n" in ran.out
    assert "## Open positions\nBTCUSDT  long  0.232  from 100.5  stop 95  -3.10\n" in ran.out
    assert "\nETHUSDT takes no entry: frozen, order 17 is not ours\n" in ran.out
    assert "\nNOT COUNTED: ETHUSDT long 2 is open at the venue and not in the ledger; equity," in ran.out
    assert "3 orders sent, " in ran.out


def test_it_is_kept_and_told_once(home: Path) -> None:
    """The page and its figures lie beside the account's state; the alert is one, however often it is asked for."""
    for _ in range(2):
        assert reported(home, "2026-11-22 00:05").status == 0
    folder = state_of(home, NAME).root / "reports"
    assert sorted(file.name for file in folder.iterdir()) == ["2026-11-21.json", "2026-11-21.md"]
    assert (folder / "2026-11-21.md").read_text(encoding="utf-8") == DAY
    figures = json.loads((folder / "2026-11-21.json").read_text(encoding="utf-8"))
    assert (figures["won"], figures["profit_factor"], figures["result"], figures["status"]["balance"]) == (1, 3.0, 20.0, 10_120.0)
    with Outbox.of(home) as outbox:
        [alert] = outbox.alerts(NAME)
    assert (alert.id, alert.severity, alert.text) == (f"report:{NAME}:day:2026-11-21", "info", DAY)
    assert alert.line == "hyro_2step@demo day of 2026-11-21, equity 10,125.00 USDT, 2 trades"


def test_the_running_day_is_the_status_files(home: Path) -> None:
    """Later in the day: how the account stands now; it is told of when it is over."""
    leave(state_of(home, NAME), status("2026-11-22 15:00", 10_150.0, 30.0))
    ran = reported(home, "2026-11-22 15:00")
    assert "day from Sun 2026-11-22 00:00 to Sun 2026-11-22 15:00 UTC, still running" in ran.out
    assert "balance        10,150.00 USDT" in ran.out
    assert "## Trades closed\nnone\n" in ran.out
    assert not (home / "state" / "alerts.db").exists()


def test_a_time_that_is_past_is_told_as_it_was(home: Path) -> None:
    """What the account is like today, and what has happened since, is no part of it."""
    leave(state_of(home, NAME), status("2026-11-25 15:00", 9_000.0, -1_000.0))
    ran = reported(home, "2026-11-21 09:30")
    assert "still running" in ran.out
    assert "balance        10,100.00 USDT" in ran.out
    assert "nothing was heard of it in that time; figures as of 2026-11-20 20:00" in ran.out
    assert "connection lost 0 times\nentries held back: 1\n" in ran.out


def test_a_day_ends_with_its_last_trade(home: Path) -> None:
    """The last bar of a day closes at the reset: what was won in it is the day's, though the mark of that bar is of the next one."""
    with LiveJournal.open(state_of(home, NAME).journal, account=NAME) as journal:
        for time, balance, result in (("2026-11-23 00:00", 10_120.0, 0.0), ("2026-11-24 00:00", 10_300.0, -2.0)):
            journal.note(at(time), "mark", status(time, balance, result).mark())
    ran = reported(home, "2026-11-24 00:05")
    assert "balance        10,300.00 USDT\nequity         10,307.00 USDT\nday's result   +182.00\n" in ran.out
    assert "figures as of" not in ran.out


def test_a_day_whose_end_nobody_saw_says_of_when_it_is(home: Path) -> None:
    """Its last mark, and the time of that."""
    ran = reported(home, "2026-11-21 00:05")
    assert "figures as of 2026-11-20 20:00, when it was last heard of in that time\n" in ran.out
    assert "day's result   +100.00\n" in ran.out


@pytest.mark.parametrize(
    ("period", "time", "name", "over"),
    [
        ("today", "2026-11-22 00:59", "2026-11-21", True),
        ("today", "2026-11-22 01:00", "2026-11-22", False),
        ("day", "2026-11-22 00:00", "2026-11-21", True),
        ("day", "2026-11-22 01:00", "2026-11-21", True),
        ("day", "2026-11-22 23:59", "2026-11-21", True),
        ("week", "2026-11-22 23:59", "2026-11-21", True),
    ],
)
def test_of_which_day_a_report_is(period: str, time: str, name: str, *, over: bool) -> None:
    """A run at the reset asks for the day that is over: an hour later it is not the one that has just begun."""
    found = span(Reset(at="00:00", zone="UTC"), at(time), period)
    assert (found.name, found.over) == (name, over)


def test_a_day_that_is_over_is_told_however_late(home: Path) -> None:
    """Two hours after the reset the same page as five minutes after it, among the alerts once."""
    assert [reported(home, f"2026-11-22 {hour}", "mode.period=day").out for hour in ("02:00", "23:59")] == [DAY, DAY]
    with Outbox.of(home) as outbox:
        assert [alert.id for alert in outbox.alerts(NAME)] == [f"report:{NAME}:day:2026-11-21"]


def test_a_week_is_told_whenever_its_review_runs(home: Path) -> None:
    """Nine on a Sunday, long after the reset: the seven days that are over, among the alerts."""
    pages = [reported(home, f"2026-11-22 {hour}", "mode.period=week").out for hour in ("09:00", "11:00")]
    assert pages[0] == pages[1]
    assert "week from Sun 2026-11-15 00:00 to Sun 2026-11-22 00:00 UTC\n" in pages[0]
    with Outbox.of(home) as outbox:
        [alert] = outbox.alerts(NAME)
    assert (alert.id, alert.text) == (f"report:{NAME}:week:2026-11-21", pages[0])


def test_the_week_lists_its_days(home: Path) -> None:
    """Seven days of the firm, each as it was marked last before its reset, a dash where nothing was."""
    ran = reported(home, "2026-11-22 00:05", "mode.period=week", "mode.tell=false")
    table = ran.out.partition("## Days\n")[2].splitlines()[:8]
    assert table == [
        "date          balance     equity   result  least left  trades  won",
        *(f"2026-11-{day}          -          -        -           -       0    0" for day in range(15, 20)),
        "2026-11-20  10,100.00  10,105.00  +100.00         40%       1    1",
        "2026-11-21  10,120.00  10,125.00   +20.00         40%       2    1",
    ]
    assert "2 of 3 won (67%), result +120.00, profit factor 13.00" in ran.out
    assert (state_of(home, NAME).root / "reports" / "2026-11-21.week.md").is_file()
    assert not (home / "state" / "alerts.db").exists()


def test_without_a_journal(tmp_path: Path) -> None:
    """One clear line, a status of its own, and nothing is made."""
    ran = reported(tmp_path, "2026-11-22 00:05")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.startswith("hyro_2step has no journal yet (")
    assert ran.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_without_a_mark(home: Path) -> None:
    """A time before the account was ever marked has no report."""
    ran = reported(home, "2026-10-01 00:05")
    assert (ran.status, ran.out) == (0, "")


def test_without_an_account(tmp_path: Path) -> None:
    """Refused with what to type."""
    ran = command("mode=report", home=tmp_path)
    assert ran.status == 2
    assert "type mode=report account=NAME" in ran.err


def test_what_cannot_be_kept_is_printed_all_the_same(home: Path) -> None:
    """A file where the folder should be: status 4, and the page."""
    (state_of(home, NAME).root / "reports").write_text("in the way", encoding="utf-8")
    ran = reported(home, "2026-11-22 00:05")
    assert (ran.status, ran.out) == (4, DAY)
