"""One account alone, without anything that it trades."""

from __future__ import annotations

from typing import Any

from runner.build import errand as errand_of
from runner.check import CheckedErrand, check
from runner.check.assemble import plain
from runner.compose import compose
from runner.menu import Menu
from runner.model.bot import Account
from runner.model.errors import ConfigError, Problem, RunnerError

BARE = "mode=rulebook"


def bare(menu: Menu, name: str, words: tuple[str, ...] = ()) -> Account:
    """The account that these words compose, its file alone without any. ConfigError with everything that is wrong with it."""
    return with_settings(menu, name, words)[0]


def with_settings(menu: Menu, name: str, words: tuple[str, ...] = ()) -> tuple[Account, dict[str, Any]]:
    """The same together with its settled section, as plain data."""
    checked = check(compose([*(words or (f"+account={name}",)), BARE], menu))
    account = errand_of(checked, menu.home, menu.home).account if isinstance(checked, CheckedErrand) else None
    if account is None or not isinstance(checked, CheckedErrand):
        raise ConfigError("no such account", [Problem(path="account", message=f"there is no account {name!r}")])
    return account, plain(checked.account)


def problem(name: str, error: RunnerError) -> Problem:
    """What is wrong with an account in one, for callers that say it in a line and go on with the others."""
    return Problem(path=f"account {name}", message="; ".join(each.line() for each in error.problems) or str(error))
