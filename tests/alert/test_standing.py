"""Changes of the rules in an account's files: newer ones for later purchases, other numbers, another version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runner.alert.alert import Alert
from runner.alert.kinds import Teller
from runner.alert.standing import Bounds, of_inactivity, of_rule_set, of_rules_at_start, of_ticks
from runner.journal.live import LiveJournal
from runner.journal.live_rows import Note
from runner.live.firm_rules import NOTE, figures, keep_rules
from runner.live.status import Status
from runner.menu import Menu
from runner.mode.accounts.bare import bare
from runner.model.bot import Account
from runner.model.duration import DAY_MS
from runner.model.run import Run

NOW = 20_700 * DAY_MS  # 2026-09-04
TELLER = Teller(account="mine")
DAILY = "program.phases.challenge.rules.daily_standard"


@pytest.fixture(scope="module")
def account() -> Account:
    """An account of a firm's program, as shipped."""
    return bare(Menu(Path("/nowhere")), "hyro_2step", ("+account=hyro_2step",))


def stricter(account: Account, **fields: object) -> Account:
    """The account with another daily limit."""
    return replace(account, rules={**account.rules, DAILY: account.rules[DAILY].model_copy(update=fields)})


def told(account: Account, known: dict[str, Any], now_ms: int = NOW) -> list[Alert]:
    """What its files say that is new."""
    return list(of_rule_set(TELLER, account, known, now_ms))


def test_other_numbers_are_told_once_with_the_old_one(account: Account) -> None:
    """Nothing at the first look, nor while nothing changes, nor when only a source was read again."""
    known: dict[str, Any] = {}
    assert (told(account, known), told(account, known), told(stricter(account, read_on="2027-01"), known)) == ([], [], [])
    (alert,) = told(stricter(account, amount_fraction=0.04), known)
    assert (alert.kind, alert.severity) == ("rules_changed", "warning")
    assert alert.title == "rules of hyrotrader 2step changed: challenge.daily_standard.amount_fraction 5% -> 4%"
    assert "mode=rulebook account=mine" in alert.text or "mode=rulebook account=hyro_2step" in alert.text
    assert told(stricter(account, amount_fraction=0.04), known) == []
    (back,) = told(account, known, NOW + 1)
    assert ("4% -> 5%" in back.title, back.id != alert.id) == (True, True)
    assert len(told(replace(account, version="2027"), known, NOW + 2)) == 1


def test_a_rule_that_comes_or_goes_is_one_line(account: Account) -> None:
    """Also of another phase; rules of another variant are nobody's business here."""
    known: dict[str, Any] = {}
    told(account, known)
    (gone,) = told(replace(account, rules={path: rule for path, rule in account.rules.items() if path != DAILY}), known)
    assert "challenge.daily_standard is gone (DailyLoss)" in gone.title
    other = account.rules[DAILY].model_copy(update={"variants": ["swing"], "amount_fraction": 0.01})
    assert told(replace(account, rules={**account.rules, DAILY: other}), known) == []


def test_what_files_and_a_start_say_alike_is_told_once(account: Account) -> None:
    """Whichever comes first, and again when it is changed back and again."""
    known: dict[str, Any] = {}
    told(account, known)
    for first, change in enumerate(("5% -> 4%", "4% -> 5%", "5% -> 4%", "4% -> 5%")):
        line = f"challenge.daily_standard.amount_fraction {change}"
        note = Note(time_ms=NOW, kind=NOTE, detail={"changes": [line]})
        read = stricter(account, amount_fraction=0.04) if change.endswith("4%") else account
        found = [
            told(read, known) if files else list(of_rules_at_start(TELLER, account, 1, note, known))
            for files in (bool(first % 2), not first % 2)
        ]
        assert [[change in alert.title for alert in alerts] for alerts in found] == [[True], []]


def test_a_start_leaves_what_is_different_since_the_last_one(account: Account, tmp_path: Path) -> None:
    """The first start knows of none; the note of a later one has old and new figures of every rule that differs."""
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
        assert [keep_rules(journal, account, NOW), keep_rules(journal, account, NOW), journal.notes(NOTE)] == [[], [], []]
        changed = stricter(account, amount_fraction=0.04, severity="pause")
        said = ["challenge.daily_standard.amount_fraction 5% -> 4%", "challenge.daily_standard.severity fail -> pause"]
        assert (keep_rules(journal, changed, NOW + 1), keep_rules(journal, changed, NOW + 2)) == (said, [])
        assert [note.detail["changes"] for note in journal.notes(NOTE)] == [said]


def test_tables_by_size_say_the_accounts_own_line() -> None:
    """Another size's number is not told; contracts and amounts are as they are."""
    topstep = bare(Menu(Path("/nowhere")), "topstep_50k", ("+account=topstep_50k",))
    found = figures(topstep)
    assert (found["combine.daily_limit.amount_by_size"], found["combine.contracts.by_size"]) == ("1,000", "5")
    assert (found["combine.best_day.max_share"], found["split.start"]) == ("50%", "90%")
    assert not any(name.startswith("combine.no_daily_limit") for name in found)


def test_newer_rules_for_later_purchases_are_told(account: Account) -> None:
    """From the day on from which they hold, not before, and only where the account is older."""
    path, rule = next(iter(account.rules.items()))
    dated = replace(
        account, purchased="2026-08-01", rules={**account.rules, path: rule.model_copy(update={"purchased_from": "2026-09-04"})}
    )
    known: dict[str, Any] = {}
    assert told(dated, known, NOW - 1) == []
    assert ["2026-09-04" in alert.title for alert in told(dated, known)] == [True]
    assert told(dated, known) == []
    assert told(replace(dated, purchased="2026-09-04"), {}) == []


def test_days_without_a_trade_by_the_book(account: Account) -> None:
    """Where the bot did not say how long it rests, its last trade and the firm's own limit do."""
    status = Status(account="mine", environment="", mode="once", pid=1, at_ms=NOW, phase=account.phase, last_trade_ms=NOW)
    found = [list(of_inactivity(TELLER, status, account, NOW + day * DAY_MS)) for day in (24, 25)]
    assert [[alert.title for alert in each] for each in found] == [[], ["day 25 of 30 without a trade"]]
    assert list(of_inactivity(TELLER, status, None, NOW + 29 * DAY_MS)) == []


@pytest.mark.parametrize(
    ("runs", "strategies", "said"),
    [
        ((("a", "once", "fvg"), ("b", "live", "fvg"), ("c", "once", "other")), ("fvg",), "start it by hand: runner +strategy=fvg {words}"),
        ((("a", "once", "mine_of_it"),), ("fvg",), "start it by hand: runner +strategy=mine_of_it {words}"),
        (
            (("a", "once", "fvg"), ("c", "once", "other")),
            ("third",),
            "start it by hand: runner +strategy=fvg {words} and runner +strategy=other {words}",
        ),
        ((), ("fvg",), "start it by hand: runner +strategy=fvg {words}"),
        ((), ("fvg", "other"), "what to type says runner mode=schedule account=hyro_2step"),
    ],
)
def test_a_missed_tick_says_what_starts_it(
    account: Account, runs: tuple[tuple[str, Any, str], ...], strategies: tuple[str, ...], said: str
) -> None:
    """The words that the schedule tells, with what is traded: a command that runs."""
    known = replace(account, runs={name: Run(name=name, job=job, kind="strategy", work=work) for name, job, work in runs})
    status = Status(account="hyro_2step", environment="demo", mode="once", pid=1, at_ms=NOW, next_bar_ms=NOW + 1, strategies=strategies)
    (alert,) = of_ticks(TELLER, status, known, NOW + DAY_MS, Bounds())
    assert alert.text.endswith(said.format(words="+account=hyro_2step mode=once"))
