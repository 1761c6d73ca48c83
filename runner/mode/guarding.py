"""Which accounts of a host are guarded, and what the guard is given of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from runner import private
from runner.build import build
from runner.compose import compose
from runner.live.clock import Clock
from runner.live.desk import Desk, Speaking, desk_of
from runner.live.guard.process import Ward
from runner.live.guard.view import Terms
from runner.live.guard.wards import ward_of
from runner.live.keys import keys_of
from runner.live.state import state_of
from runner.lock import locked
from runner.menu import Menu
from runner.mode.accounts.asked import asked
from runner.mode.accounts.bare import bare, problem
from runner.mode.accounts.files import unread
from runner.model.bot import Account, Errand
from runner.model.errors import OccupiedError, Problem, RunnerError


def accounts(menu: Menu, named: Sequence[str], errand: Errand) -> tuple[list[tuple[Account, tuple[str, ...]]], list[Problem]]:
    """The accounts to guard with the symbols they trade, and what is wrong with others.

    The one chosen on the command line and those that are named, whose keys are set; without any every account that has runs, a venue that
    takes orders, and its keys. ConfigError for a name that no account has, and where one is chosen that is not among those named.
    """
    found: list[tuple[Account, tuple[str, ...]]] = []
    singled_out = bool(named) or errand.account is not None
    problems = [] if singled_out else unread(menu)
    for name, words in asked(menu, named, errand).items():
        try:
            account = bare(menu, name, words)
            if singled_out:
                keys_of(account, menu.home)
            if singled_out or reachable(account, menu):
                found.append(settled(menu, account, words))
        except RunnerError as error:
            problems.append(problem(name, error))
    return found, problems


def settled(menu: Menu, account: Account, words: tuple[str, ...]) -> tuple[Account, tuple[str, ...]]:
    """An account with the symbols of the run that trades most of them, its rules written for these; without runs its rules alone.

    A strategy or portfolio among the words takes the place of its runs.
    """
    typed = any(word.lstrip("+").startswith(("strategy=", "portfolio=")) for word in words)
    choices = [()] if typed else [(f"+{kind}={choice}",) for kind, choice in works(account)]
    bots = [build(compose([*choice, *words, "mode=check"], menu)) for choice in choices]
    if not bots:
        return account, ()
    traded = [(bot.account, tuple(dict.fromkeys(name for each in bot.strategies for name in each.symbols))) for bot in bots]
    return max(traded, key=lambda pair: len(pair[1]))


def works(account: Account) -> Iterator[tuple[str, str]]:
    """What each run of an account starts: ("strategy" or "portfolio", its name)."""
    yield from dict.fromkeys((run.kind, run.work) for run in account.runs.values() if run.work)


def reachable(account: Account, menu: Menu) -> bool:
    """Whether it is run from here: it has runs, a venue that takes orders, and its keys are set."""
    if not account.runs or not isinstance(account.venue, Speaking):
        return False
    try:
        keys_of(account, menu.home)
    except RunnerError:
        return False
    return True


@contextmanager
def sole(home: Path, name: str) -> Iterator[None]:
    """Be the only guard of an account on this host while inside. OccupiedError, with its process, where another is.

    A folder that cannot be written keeps nobody from guarding: then nobody can hold it either.
    """
    place = state_of(home, name).root / "guard.lock"
    try:
        private.made(place.parent)
        file = private.held(place)
    except OSError:
        yield
        return
    with file:
        if not locked(file):
            file.seek(0)
            process = file.read().strip()
            by = f" (process {process})" if process.isdigit() else ""
            message = f"another guard on this host{by} has it; one at a time"
            raise OccupiedError("another guard is at work", [Problem(path=f"account {name}", message=message)])
        with suppress(OSError):
            file.truncate(0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())
        yield


def ward(account: Account, symbols: tuple[str, ...], clock: Clock, menu: Menu, terms: Terms) -> tuple[Ward, Desk]:
    """An account as the guard is given it, and its desk, which somebody must close.

    The desk repeats no question, the guard asks again in its next round; and no circuit breaker keeps it from asking.
    """
    desk = desk_of(account.venue, account, clock, home=menu.home, repeats=0, protects=True)
    return ward_of(account, symbols, desk, menu.home, terms), desk
