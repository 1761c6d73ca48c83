"""An account's rules as a person would read them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.compose import compose
from runner.mode.reading.sentences import SAYINGS
from runner.model.rules import Code
from tests.command import command
from tests.rulebooks import account

ACCOUNTS = sorted(file.stem for file in (Path(__file__).parents[3] / "accounts").glob("*.yaml"))
AT = ("at=2026-03-20 12:00", "zone=Europe/Prague")


def printed(home: Path, *words: str) -> str:
    """What the mode prints, its lines joined so that wrapping does not matter."""
    ran = command("mode=rulebook", *AT, *words, home=home)
    assert (ran.status, ran.err) == (0, "")
    return " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("size", "daily", "first", "target"), [(10_000, "500.00", "9,500.00", "1,000.00"), (25_000, "1,250.00", "23,750.00", "2,500.00")]
)
def test_every_limit_in_money_of_this_size(size: int, daily: str, first: str, target: str, tmp_path: Path) -> None:
    """Five percent a day, ten percent to win."""
    page = printed(tmp_path, "account=hyro_2step", f"account.size={size}")
    assert f"may not reach the level {daily} (5 % of the initial balance) below the highest equity of the day; at first {first}" in page
    assert f"Passed with a credited profit of {target} (10 % of the initial balance)" in page


def test_who_when_and_what_to_ask(tmp_path: Path) -> None:
    """The head, the clock in the reader's time across the change, the house's ladder, the questions."""
    page = printed(tmp_path, "account=hyro_2step")
    assert page.startswith("hyro_2step: hyrotrader 2step, standard, purchased 2026-10-01 initial balance 10,000.00 USDT")
    assert "next Sat 2026-03-21 01:00 CET (00:00 UTC)" in page
    assert "from Mon 2026-03-30 02:00 CEST (00:00 UTC), after a clock change" in page
    assert "halve: Equity 2.5 % of the initial balance (250.00) below the highest equity of the day: sizes times 0.5" in page
    assert "challenge.trading_days: ask the firm: Does a trade that lost 1 %" in page


def test_a_phase_says_only_what_is_new(tmp_path: Path) -> None:
    """The verification has its own target; the rest is as in the challenge."""
    page = printed(tmp_path, "account=hyro_2step")
    assert page.count("below the highest equity of the day; at first") == 1
    assert "verification target Passed with a credited profit of 500.00" in page
    assert "as in challenge: daily_standard, overall, trading_days" in page


def test_the_variant_and_the_day_of_purchase_choose(tmp_path: Path) -> None:
    """Swing shows its own floor, an account of before April 2026 its ten days and its stop duty."""
    page = printed(tmp_path, "account=hyro_2step_swing", "account.purchased='2026-03-01'")
    assert "below the higher of balance and equity at the day's start" in page
    assert "10 days, each with a closed trade" in page
    assert "A stop for the full size within 5 minutes of the fill; 1 offence may be repaired within 1 hour" in page


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_shipped_account_reads_without_a_hole(name: str, tmp_path: Path) -> None:
    """Every rule in force is told, nothing is told as nan or by a bare code."""
    page = printed(tmp_path, f"account={name}")
    assert not re.search(r"\bnan\b|\binf\b|None|_of_", page)
    for path in account(name).get("house") or {}:
        assert f" {path} " in page


def test_every_rule_there_is_has_its_sentence() -> None:
    """A new code of the firms' or our own rules needs a sentence here; refusals that are no rule do not."""
    assert {code for code in Code if 0 < code < Code.SIZING} == set(SAYINGS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param((), "expected an account to print the rules of, or examples to check; type account=NAME or mode.vec", id="no account"),
        pytest.param(("account=hyro_2step", "zone=Europe/Pragu"), "nearest is 'Europe/Prague'", id="no such zone"),
        pytest.param(("account=hyro_2step", "at=tomorrow"), "expected a time such as", id="no such time"),
        pytest.param(("account=hyro_2stap",), "hyro_2step", id="no such account"),
        pytest.param(("account=hyro_2step", "account.size=-1"), "account.size", id="an account that will not do"),
    ],
)
def test_refuses_in_one_line(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Exit status 2 and what to type instead."""
    ran = command("mode=rulebook", *words, home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_strategy_beside_it_does_no_harm(tmp_path: Path) -> None:
    """People leave it on the command line."""
    assert compose(["mode=rulebook", "+account=hyro_2step", "+strategy=fvg"]).choices["strategy"] == "fvg"
    assert printed(tmp_path, "account=hyro_2step", "strategy=fvg").startswith("hyro_2step: ")
