"""Which accounts of a host are guarded, and what the guard is given of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from runner.build import build, errand
from runner.check import CheckedErrand, check
from runner.compose import compose
from runner.live.clock import Clock
from runner.live.desk import Desk, Speaking, desk_of
from runner.live.guard.process import Ward
from runner.live.guard.view import Terms
from runner.live.guard.wards import ward_of
from runner.live.keys import read_keys
from runner.live.state import state_of
from runner.menu import Menu
from runner.mode.trading.alone import locked
from runner.model.bot import Account
from runner.model.errors import ConfigError, Problem, RunnerError


def accounts(menu: Menu, named: Sequence[str]) -> tuple[list[tuple[Account, tuple[str, ...]]], list[Problem]]:
    """The accounts to guard with the symbols they trade, and what is wrong with others.

    named: only these, whose keys are set; none: every account that has runs, a venue that takes orders, and its keys.
    """
    found: list[tuple[Account, tuple[str, ...]]] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(named or menu.choices("account")):
        try:
            account = bare(menu, name)
            if named:
                read_keys(account.secrets, account.secrets_file, menu.home)
            if named or reachable(account, menu):
                found.append(settled(menu, name, account))
        except RunnerError as error:
            problems.append(Problem(path=f"account {name}", message="; ".join(problem.line() for problem in error.problems) or str(error)))
    return found, problems


def settled(menu: Menu, name: str, account: Account) -> tuple[Account, tuple[str, ...]]:
    """An account with the symbols of the run that trades most of them, its rules written for these; without runs its rules alone."""
    choices = [f"+{kind}={choice}" for kind, choice in works(menu, account)]
    bots = [build(compose([choice, f"+account={name}", "mode=check"], menu)) for choice in choices]
    if not bots:
        return account, ()
    traded = [(bot.account, tuple(dict.fromkeys(name for each in bot.strategies for name in each.symbols))) for bot in bots]
    return max(traded, key=lambda pair: len(pair[1]))


def bare(menu: Menu, name: str) -> Account:
    """An account without anything that it trades."""
    checked = check(compose([f"+account={name}", "mode=rulebook"], menu))
    account = errand(checked, menu.home, menu.home).account if isinstance(checked, CheckedErrand) else None
    if account is None:
        raise ConfigError("no such account", [Problem(path="account", message=f"there is no account {name!r}")])
    return account


def works(menu: Menu, account: Account) -> Iterator[tuple[str, str]]:
    """What each run of an account starts: ("strategy" or "portfolio", its name)."""
    for choice in dict.fromkeys(account.runs.values()):
        yield ("portfolio" if choice in menu.choices("portfolio") else "strategy"), choice


def reachable(account: Account, menu: Menu) -> bool:
    """Whether it is run from here: it has runs, a venue that takes orders, and its keys are set."""
    if not account.runs or not isinstance(account.venue, Speaking):
        return False
    try:
        read_keys(account.secrets, account.secrets_file, menu.home)
    except RunnerError:
        return False
    return True


@contextmanager
def sole(home: Path, name: str) -> Iterator[None]:
    """Be the only guard of an account on this host while inside. ConfigError, with its process, where another is.

    A folder that cannot be written keeps nobody from guarding: then nobody can hold it either.
    """
    place = state_of(home, name).root / "guard.lock"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        file = place.open("a+", encoding="utf-8")
    except OSError:
        yield
        return
    with file:
        if not locked(file):
            file.seek(0)
            process = file.read().strip()
            by = f" (process {process})" if process.isdigit() else ""
            message = f"another guard on this host{by} has it; one at a time"
            raise ConfigError("another guard is at work", [Problem(path=f"account {name}", message=message)])
        with suppress(OSError):
            file.truncate(0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())
        yield


def ward(account: Account, symbols: tuple[str, ...], clock: Clock, menu: Menu, terms: Terms) -> tuple[Ward, Desk]:
    """An account as the guard is given it, and its desk, which somebody must close."""
    desk = desk_of(account.venue, account, clock, home=menu.home)
    return ward_of(account, symbols, desk, menu.home, terms), desk
