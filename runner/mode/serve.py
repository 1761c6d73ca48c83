"""Serve: one process that starts every account's runs when they are due and keeps running what lasts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from runner import private
from runner.live import gone
from runner.live.clock import WallClock
from runner.live.keys import keys_of
from runner.lock import locked
from runner.menu import Menu
from runner.mode.accounts.looked import runnable
from runner.mode.trading.options import WORD
from runner.model.bot import Account, Errand
from runner.model.duration import milliseconds
from runner.model.errors import ConfigError, Problem, UnwritableError
from runner.model.terms import Duration
from runner.serve.children import Children
from runner.serve.plan import ORDERS, Guarding, Plan, plan_of
from runner.serve.server import Server, Terms

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False
SWEEPS = False
MOST_JITTER = "5m"
WORK = "runner.cli:main"  # what a forked process calls with its words


class Options(BaseModel):
    """What `mode.…` may say of serving."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    TYPED: ClassVar[tuple[str, ...]] = ("live",)  # said on the command line, each time
    name: Literal["serve"] = "serve"
    live: Literal["yes-real-money"] | None = Field(None, description="the second word that real money needs, typed each time")
    grace: Duration = Field("60s", description="a tick that cannot begin so soon after its time is told as missed and not made")
    jitter: Duration = Field("2s", description="accounts begin within so long after a shared time, each always at the same place in it")
    longest: Duration = Field("10m", description="a tick that takes longer is asked to stop, then killed")
    patience: Duration = Field("1m", description="on the way out, for ticks that are at work")
    at_once: int = Field(8, ge=1, le=1000, description="ticks that may be at work at the same time; what lasts is not counted")
    guard: bool = Field(True, description="keep one guard running for all accounts that send orders; false: another process guards them")
    restarts: int = Field(10, ge=0, description="how often what lasts may end within an hour before it is left alone")

    @field_validator("jitter")
    @classmethod
    def _soon(cls, jitter: str) -> str:
        """Refuses one that would make ticks late."""
        if milliseconds(jitter) > milliseconds(MOST_JITTER):
            raise ValueError(f"expected at most {MOST_JITTER}, was {jitter!r}")
        return jitter

    def terms(self) -> Terms:
        """How is served."""
        return Terms(
            grace_ms=milliseconds(self.grace),
            longest_ms=milliseconds(self.longest),
            patience_ms=milliseconds(self.patience),
            most=self.restarts,
        )


def run(errand: Errand) -> int:
    """Serve until SIGTERM or Ctrl-C; 0. ConfigError for accounts that cannot be served, and where another serve has the folder."""
    options, menu = Options(**errand.options), Menu(errand.home)
    if sys.platform == "win32":
        raise ConfigError("serve needs processes that fork", [Problem(path="mode", message="not on Windows; use mode=deploy")])
    read = partial(planned, menu, errand, options)
    plan = read()
    with alone(errand.home):
        children = Children(work=WORK, at_once=options.at_once)
        try:
            server = Server(
                home=errand.home,
                terms=options.terms(),
                clock=WallClock(),
                children=children,
                read=read,
                digest=partial(digest, errand.home),
                plan=plan,
            )
            return server.run()
        finally:
            children.close(0)


def planned(menu: Menu, errand: Errand, options: Options) -> Plan:
    """What is served now; the menu is looked at anew."""
    fresh = Menu(menu.home, menu.extra)
    accounts = runnable(fresh, errand)
    refuse_keyless(accounts, errand.home)
    alerts = [("mode=alerts",)] if told(fresh) else []
    left = tuple(each.account for each in gone.gone(errand.home, {each.name for each in accounts}))
    guard = Guarding(here=options.guard, gone=left)
    return plan_of(accounts, errand.home, jitter_ms=milliseconds(options.jitter), sworn=options.live == WORD, guard=guard, host=alerts)


def refuse_keyless(accounts: Iterable[Account], home: Path) -> None:
    """ConfigError for accounts that send orders and whose keys no run of theirs would find. A keyring is left to those who need it."""
    problems = [
        Problem(path=account.name, message=f"{problem.message}{told_of(home)}", where="the environment of serve")
        if not account.secrets_file
        else Problem(path=account.name, message=problem.message, where=problem.where)
        for account in accounts
        if not account.secrets_keyring and any(run.job in (*ORDERS, "guard") for run in account.runs.values())
        for problem in faults_of_keys(account, home)
    ]
    if problems:
        raise ConfigError("keys are missing, nothing is started", problems)


def faults_of_keys(account: Account, home: Path) -> Sequence[Problem]:
    """Why an account's keys cannot be read; nothing where they can. They are not kept."""
    try:
        keys_of(account, home)
    except ConfigError as error:
        return error.problems
    return ()


def told_of(home: Path) -> str:
    """What to do about a variable that is not set, where there is a file that looks like it."""
    return "; serve does not read .env: type `set -a; . ./.env; set +a` before" if (home / ".env").is_file() else ""


def told(menu: Menu) -> bool:
    """Whether alerts are set up: the user's own conf/mode/alerts.yaml says where they go."""
    file = menu.find("mode/alerts")
    return file is not None and file.is_relative_to(menu.home)


def digest(home: Path) -> object:
    """The account files with their sizes and times, and who has something open without one: another one when something has changed."""
    found = []
    for file in sorted((home / "accounts").rglob("*.yaml")):
        with suppress(OSError):
            state = file.stat()
            found.append((str(file), state.st_mtime_ns, state.st_size))
    return found, [each.account for each in gone.gone(home)]


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Be the only serve of a folder while inside. ConfigError, with its process, where another is; UnwritableError for a full disk."""
    place = home / "state" / "serve.lock"
    try:
        private.made(place.parent)
        file = private.held(place)
    except OSError as error:
        raise UnwritableError("serve cannot begin", [Problem(path=str(place), message=error.strerror or str(error))]) from error
    with file:
        if not locked(file):
            file.seek(0)
            process = file.read().strip()
            by = f" (process {process})" if process.isdigit() else ""
            raise ConfigError("another serve is at work", [Problem(path=str(place), message=f"held by it{by}; one for each folder")])
        with suppress(OSError):
            file.truncate(0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())
        yield
