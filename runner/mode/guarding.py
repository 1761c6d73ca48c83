"""Which accounts of a host are guarded, and what the guard is given of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from runner import private
from runner.build import build
from runner.compose import compose
from runner.live import gone
from runner.live.clock import Clock
from runner.live.desk import Desk, Speaking, desk_of
from runner.live.guard.process import Ward
from runner.live.guard.view import Terms
from runner.live.guard.wards import ward_of
from runner.live.keys import keys_of
from runner.live.state import state_of
from runner.lock import locked
from runner.menu import Menu
from runner.mode.accounts.asked import asked, chosen_by
from runner.mode.accounts.bare import problem, with_settings
from runner.mode.accounts.files import unread
from runner.model.bot import Account, Errand
from runner.model.errors import OccupiedError, Problem, RunnerError


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """An account to be guarded, the symbols it trades, and the words that compose it."""

    account: Account
    symbols: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The account."""
        return self.account.name


@dataclass(frozen=True, kw_only=True)
class Found:
    """The accounts to guard, and what is wrong with others. gone: names whose file is gone, to be guarded by what was kept of it."""

    guarded: list[Guarded]
    problems: list[Problem]
    gone: frozenset[str]


def accounts(menu: Menu, named: Sequence[str], errand: Errand) -> Found:
    """The accounts to guard.

    The one chosen on the command line and those that are named, whose keys are set; without any every account that has runs, a venue that
    takes orders, and its keys, and every one whose file is gone while something of it is open. ConfigError for a name that no account
    has, and where one is chosen that is not among those named.
    """
    singled_out = bool(named) or errand.account is not None
    lost = {*gone.kept(menu.home)} & {*named} if singled_out else {each.account for each in gone.gone(menu.home)}
    served = replace(menu, kept=frozenset(lost))
    found = Found(guarded=[], problems=[] if singled_out else unread(menu), gone=served.kept)
    for name, words in sorted(asked(served, named, errand).items(), key=lambda item: item[0] in lost):
        if name in lost and name in {each.name for each in found.guarded}:  # by another file that has its name
            continue
        try:
            guarded = one(served, name, words, must=singled_out or name in lost)
        except RunnerError as error:
            found.problems.append(problem(name, error))
            continue
        if guarded is not None:
            found.guarded.append(guarded)
    return found


def one(menu: Menu, name: str, words: tuple[str, ...], *, must: bool) -> Guarded | None:
    """An account as it is written now, kept for the case that its file goes; None where it is not run from here, unless it must be."""
    account, settings = with_settings(menu, name, words)
    if must:
        keys_of(account, menu.home)
    elif not reachable(account, menu):
        return None
    try:
        guarded = settled(menu, account, words)
    except RunnerError:
        if name not in menu.kept:
            raise
        return Guarded(account=account, words=words)  # its strategies are gone as well: its rules alone, in which every symbol counts
    gone.keep(menu.home, account.name, chosen_by(words), settings)
    return guarded


def settled(menu: Menu, account: Account, words: tuple[str, ...]) -> Guarded:
    """An account with the symbols of the run that trades most of them, its rules written for these; without runs its rules alone.

    A strategy or portfolio among the words takes the place of its runs.
    """
    typed = any(word.lstrip("+").startswith(("strategy=", "portfolio=")) for word in words)
    choices = [()] if typed else [(f"+{kind}={choice}",) for kind, choice in works(account)]
    bots = [build(compose([*choice, *words, "mode=check"], menu)) for choice in choices]
    if not bots:
        return Guarded(account=account, words=words)
    traded = [(bot.account, tuple(dict.fromkeys(name for each in bot.strategies for name in each.symbols))) for bot in bots]
    account, symbols = max(traded, key=lambda pair: len(pair[1]))
    return Guarded(account=account, symbols=symbols, words=words)


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


def ward(guarded: Guarded, clock: Clock, menu: Menu, terms: Terms) -> tuple[Ward, Desk]:
    """An account as the guard is given it, and its desk, which somebody must close.

    The desk repeats no question, the guard asks again in its next round; and no circuit breaker keeps it from asking.
    """
    account = guarded.account
    desk = desk_of(account.venue, account, clock, home=menu.home, repeats=0, protects=True)
    return ward_of(account, guarded.symbols, desk, menu.home, terms), desk
