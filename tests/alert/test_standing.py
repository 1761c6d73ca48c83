"""Changes of the rules in an account's files: newer ones for later purchases, other numbers, another version."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from runner.alert.kinds import Teller
from runner.alert.standing import of_inactivity, of_rule_set
from runner.live.status import Status
from runner.menu import Menu
from runner.mode.guarding import bare
from runner.model.bot import Account
from runner.model.duration import DAY_MS

NOW = 20_700 * DAY_MS  # 2026-09-04
TELLER = Teller(account="mine")


@pytest.fixture(scope="module")
def account() -> Account:
    """An account of a firm's program, as shipped."""
    return bare(Menu(Path("/nowhere")), "hyro_2step", ("+account=hyro_2step",))


def test_other_numbers_are_told_once(account: Account) -> None:
    """Nothing at the first look, nor while nothing changes."""
    known, alerts = of_rule_set(TELLER, account, {}, NOW)
    assert (alerts, of_rule_set(TELLER, account, known, NOW)) == ([], (known, []))
    stricter = tuple(replace(row, amount_fraction=row.amount_fraction / 2) for row in account.book.rows)
    changed = replace(account, book=replace(account.book, rows=stricter))
    known, alerts = of_rule_set(TELLER, changed, known, NOW)
    assert [alert.kind for alert in alerts] == ["rules_changed"]
    assert "mode=rulebook account=hyro_2step" in alerts[0].text
    assert of_rule_set(TELLER, changed, known, NOW)[1] == []
    assert len(of_rule_set(TELLER, replace(changed, version="2027"), known, NOW)[1]) == 1


def test_newer_rules_for_later_purchases_are_told(account: Account) -> None:
    """From the day on from which they hold, not before, and only where the account is older."""
    path, rule = next(iter(account.rules.items()))
    dated = replace(
        account, purchased="2026-08-01", rules={**account.rules, path: rule.model_copy(update={"purchased_from": "2026-09-04"})}
    )
    assert of_rule_set(TELLER, dated, {}, NOW - 1)[1] == []
    known, alerts = of_rule_set(TELLER, dated, {}, NOW)
    assert ["2026-09-04" in alert.title for alert in alerts] == [True]
    assert of_rule_set(TELLER, dated, known, NOW)[1] == []
    assert of_rule_set(TELLER, replace(dated, purchased="2026-09-04"), {}, NOW)[1] == []


def test_days_without_a_trade_by_the_book(account: Account) -> None:
    """Where the bot did not say how long it rests, its last trade and the firm's own limit do."""
    status = Status(account="mine", environment="", mode="once", pid=1, at_ms=NOW, phase=account.phase, last_trade_ms=NOW)
    found = [list(of_inactivity(TELLER, status, account, NOW + day * DAY_MS)) for day in (24, 25)]
    assert [[alert.title for alert in each] for each in found] == [[], ["day 25 of 30 without a trade"]]
    assert list(of_inactivity(TELLER, status, None, NOW + 29 * DAY_MS)) == []
