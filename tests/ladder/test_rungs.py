"""Rungs as they are judged from what was seen: each condition by itself keeps the rung from being done."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from runner.ladder.rungs import Phase, Practised, Rung, Seen, Wants, rungs
from runner.ladder.trades import Trade
from runner.live.records import Record
from runner.live.status import RuleStatus, Status

DAY = 86_400_000
T = 20_000 * DAY  # 2024-10-04


def record(kind: Any, at: int = 0, *, passed: bool = True, hashed: str = "h", **detail: Any) -> Record:
    """A record of some day."""
    return Record(kind=kind, account="mine", config_hash=hashed, at_ms=T + at * DAY, passed=passed, detail=detail)


def trade(number: int, *, won: bool) -> Trade:
    """A trade of a day."""
    return Trade(symbol="BTCUSDT", opened_ms=T + number * DAY // 4, closed_ms=T + number * DAY // 4 + 1, profit=Decimal(1 if won else -1))


TRADES = tuple(trade(number, won=number % 5 != 0) for number in range(20))
DEMO = Practised(where="demo", days=tuple(T + n * DAY for n in range(5)), trades=TRADES, stops=10)
GOOD = Seen(
    records=[record("backtest"), record("rehearsal", 1), record("halt", 2), record("flatten", 3)],
    hashes={"fvg": "h"},
    practice=[DEMO],
    phase=Phase(name="challenge", real=False, funded=False),
)


def rung(seen: Seen, name: str) -> Rung:
    """One of them."""
    return next(each for each in rungs(seen) if each.name == name)


def test_practice_that_shows_everything_is_done() -> None:
    """With the day on which the last of it was there; the challenge is not begun."""
    made = rungs(GOOD)
    assert [each.done for each in made] == [True, True, True, False, False]
    assert made[0].said == "2024-10-04, its targets were met"
    assert made[1].said == "2024-10-05, nothing was red"
    assert made[2].said == (
        "2024-10-08; demo: 5 of 5 days, 20 of 20 trades; 80 % of 55 % wins; no rule violation; stop seen on 10 of 10 trades; "
        "halt exercised 2024-10-06; flatten exercised 2024-10-07"
    )
    assert made[3].said == "not begun: the account's environment is not live"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"days": DEMO.days[:4]}, "4 of 5 days"),
        ({"trades": TRADES[:19]}, "19 of 20 trades"),
        ({"trades": tuple(trade(n, won=n % 2 == 0) for n in range(20))}, "50 % of 55 % wins"),
        ({"stops": 9}, "stop seen on 9 of 10 trades"),
        ({"violations": ((T, "challenge FAILED: DAILY_LOSS"),)}, "1 rule violation, the last 2024-10-04: challenge FAILED: DAILY_LOSS"),
        ({"trades": ()}, "0 of 20 trades; 0 % of 55 % wins"),
    ],
)
def test_each_figure_of_practice_counts(change: dict[str, Any], said: str) -> None:
    """One that is short keeps the rung open and says by how much."""
    found = rung(replace(GOOD, practice=[replace(DEMO, **change)]), "paper or demo")
    assert (found.done, found.at_ms, said in found.said) == (False, 0, True), found.said


@pytest.mark.parametrize("kind", ["halt", "flatten"])
def test_the_ways_out_must_have_been_taken(kind: str) -> None:
    """One that never was, or that left something behind, is missing."""
    without = [each for each in GOOD.records if each.kind != kind]
    for given in (without, [*without, record(kind, 2, passed=False)]):
        found = rung(replace(GOOD, records=given), "paper or demo")
        assert (found.done, f"{kind} never" in found.said) == (False, True)


def test_thresholds_are_configuration() -> None:
    """Less is asked, less is enough."""
    little = replace(GOOD, practice=[replace(DEMO, days=DEMO.days[:1], trades=TRADES[:2], stops=1)])
    assert not rung(little, "paper or demo").done
    assert rung(replace(little, wants=Wants(days=1, trades=2, wins=0.5, stops=1)), "paper or demo").done


def test_a_violation_on_paper_counts_beside_a_demo_without() -> None:
    """Whichever has come further is shown; a broken rule is one wherever it was broken."""
    paper = Practised(where="paper", trades=TRADES[:1], violations=((T, "challenge FAILED"),))
    found = rung(replace(GOOD, practice=[paper, DEMO]), "paper or demo")
    assert (found.done, found.said.startswith("demo: ")) == (False, True)


def test_where_all_of_it_was_shown_counts() -> None:
    """Paper that has come further and lost more does not stand before a demo account that has shown everything."""
    paper = Practised(where="paper", days=DEMO.days, trades=tuple(trade(n, won=n % 2 == 0) for n in range(30)))
    found = rung(replace(GOOD, practice=[paper, DEMO]), "paper or demo")
    assert (found.done, "demo: 5 of 5 days, 20 of 20 trades; 80 %" in found.said) == (True, True)


def test_a_journal_that_cannot_be_read_may_hide_anything() -> None:
    """Practice that shows everything is not done beside it; nor is a phase whose own teller is torn."""
    found = rung(replace(GOOD, unread=("mine/journal.db  file is not a database",)), "paper or demo")
    assert (found.done, found.unread, found.at_ms) == (False, True, 0)
    assert found.said.startswith("cannot be read: mine/journal.db  file is not a database; demo: 5 of 5 days")
    real = Phase(name="challenge", real=True, funded=False, ended=(T, "challenge PASSED"), unread="status.json  cannot be read")
    for name, phase in (("challenge", real), ("funded", replace(real, funded=True))):
        found = rung(replace(GOOD, phase=phase), name)
        assert (found.done, found.unread, found.said) == (False, True, "cannot be read: status.json  cannot be read")


def test_shares_are_cut_and_never_rounded_up() -> None:
    """A trade that neither earned nor lost was not won; exactly the share that is asked is enough."""
    for won, count, said, done in (
        (11, 20, "55 % of 55 %", True),
        (549, 1000, "54.9 % of 55 %", False),
        (5_499, 10_000, "54.9 % of", False),
    ):
        trades = tuple(replace(trade(n, won=True), profit=Decimal(1 if n < won else 0)) for n in range(count))
        found = rung(replace(GOOD, practice=[replace(DEMO, trades=trades)]), "paper or demo")
        assert (found.done, said in found.said) == (done, True), found.said


def test_a_way_out_that_came_last_dates_the_rung() -> None:
    """The day on which the last of it was there, whatever that was."""
    late = [record("halt", 2), record("flatten", 40)]
    assert rung(replace(GOOD, records=late), "paper or demo").said.startswith("2024-11-13; demo")


@pytest.mark.parametrize(
    ("records", "hashes", "said"),
    [
        ([], {"fvg": "h"}, "fvg: none of this configuration"),
        ([record("rehearsal", hashed="other")], {"fvg": "h"}, "fvg: none of this configuration, one of another on 2024-10-04"),
        ([record("rehearsal"), record("rehearsal", 1, passed=False)], {"fvg": "h"}, "fvg: that of 2024-10-05 was red"),
        ([record("rehearsal")], {"fvg": "h", "swing": "s"}, "swing: none of this configuration, one of another on 2024-10-04"),
        ([record("rehearsal")], {}, "nothing is known of what it trades: give it runs, or type strategy=NAME"),
    ],
)
def test_only_the_newest_of_this_very_configuration_counts(records: list[Record], hashes: dict[str, str], said: str) -> None:
    """Of each run by itself."""
    found = rung(replace(GOOD, records=records, hashes=hashes), "rehearsal")
    assert (found.done, found.said) == (False, said)


def test_a_backtest_says_how_it_ended() -> None:
    """Without its target it is not enough."""
    found = rung(replace(GOOD, records=[record("backtest", passed=False, state="failed")]), "backtest")
    assert (found.done, found.said) == (False, "fvg: that of 2024-10-04 ended failed")


def test_a_challenge_on_its_way() -> None:
    """How far it has come; passed with its day, lost with its rule; in the funded phase it lies behind."""
    target = RuleStatus(rule="program.phases.challenge.rules.target", code="PROFIT_TARGET", firm=True, value=412.5, limit=1_000.0)
    told: dict[str, Any] = {"account": "mine", "environment": "live", "mode": "live", "pid": 1, "currency": "USDT"}
    status = Status(**told, at_ms=T, phase="challenge", days=3, days_needed=5, rules=(target,))
    real = Phase(name="challenge", real=True, funded=False, status=status)
    cases = [
        (real, False, "challenge active on 2024-10-04, 412.50 of 1,000.00 USDT, 3 of 5 trading days"),
        (replace(real, ended=(T, "challenge PASSED: 1,002")), True, "2024-10-04: challenge PASSED: 1,002"),
        (replace(real, ended=(T, "challenge FAILED: MAX_LOSS")), False, "2024-10-04: challenge FAILED: MAX_LOSS"),
        (replace(real, ended=(T, "challenge FAILED: not PASSED")), False, "2024-10-04: challenge FAILED: not PASSED"),
        (replace(real, name="funded", funded=True), True, "the account is in phase funded"),
        (replace(real, status=None), False, "challenge: no bot has told how it stands yet"),
    ]
    for phase, done, said in cases:
        found = rung(replace(GOOD, phase=phase), "challenge")
        assert (found.done, found.said) == (done, said)
    assert rung(replace(GOOD, phase=replace(real, name="funded", funded=True)), "funded").done
    assert not rung(replace(GOOD, phase=real), "funded").done
