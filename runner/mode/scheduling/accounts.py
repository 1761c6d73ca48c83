"""Every account of a host that has runs, composed and checked whole: whatever is wrong with any of them is said at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from runner.build import built
from runner.build import errand as errand_of
from runner.check import Checked, CheckedErrand, examine, refusal
from runner.check.combinations import runs as run_faults
from runner.check.known import Known
from runner.compose import Composition, compose
from runner.compose.alike import Accounts
from runner.compose.misnamed import OTHERS
from runner.compose.overrides import COMMAND
from runner.live.keys import read_keys
from runner.menu import SUFFIX, Menu
from runner.mode.guarding import asked
from runner.mode.progress import Progress
from runner.model.bot import Account, Bot, Errand
from runner.model.errors import Problem, RunnerError
from runner.model.run import TRADING, Run
from runner.model.settings import RunSection
from runner.words import counted, nearest

BARE = "mode=rulebook"  # an account is composed without anything that it trades
HIDDEN = ("secret", "password")  # parts of keys that tell no account from another


@dataclass(frozen=True, kw_only=True)
class Runnable:
    """An account that has runs, and the bot that each of its trading runs starts, by the run's name."""

    account: Account
    bots: Mapping[str, Bot]


def runnable(menu: Menu, errand: Errand) -> list[Account]:
    """The accounts under `$RUNNER_HOME/accounts` that have runs, and the one chosen on the command line, by name.

    ConfigError lists everything that is wrong with any of them, and with what their runs start; nothing is read but files and the
    environment. [] where no account has runs.
    """
    return [each.account for each in looked(menu, errand)]


def looked(menu: Menu, errand: Errand) -> list[Runnable]:
    """The same, with what each run trades."""
    look = Look(menu, errand)
    with Progress() as bars:
        told = bars.told("accounts")
        for number, choice in enumerate(look.choices):
            look.at(choice)
            if told is not None:
                told(number + 1, len(look.choices))
    problems = [*unread(menu), *look.problems, *look.of_runs(), *shared(look.found, menu)]
    if problems:
        raise refusal(list({problem.line(): problem for problem in problems}.values()))
    return [Runnable(account=each.account, bots=each.bots) for each in look.found if each.account.runs]


def unread(menu: Menu) -> Iterator[Problem]:
    """Files of the user's accounts whose ending nobody reads: what they say would silently not be started."""
    folder = menu.account_folders[0]
    for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
        ending = next((other for other in OTHERS if file.name.endswith(other)), "")
        proper = file.name.removesuffix(ending) + SUFFIX
        if ending and not (file.parent / proper).exists():
            yield Problem(path="account", message=f"this file is not read; rename it to {proper}", where=menu.display(file))


def theirs(menu: Menu) -> list[str]:
    """The accounts of the user's own folder, as they are chosen."""
    folder = menu.account_folders[0]
    files = {choice: menu.find(f"account/{choice}") for choice in menu.choices("account")}
    return [choice for choice, file in files.items() if file is not None and file.is_relative_to(folder)]


@dataclass(frozen=True, kw_only=True)
class Found:
    """An account as it was composed."""

    account: Account
    composed: Composition
    bots: dict[str, Bot]


@dataclass
class Look:
    """The accounts as they are looked at, one after the other; parts they have in common are made once."""

    menu: Menu
    errand: Errand
    problems: list[Problem] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def __post_init__(self) -> None:
        chosen = asked(self.menu, (), self.errand).values() if self.errand.account is not None else ()
        self.typed = {chosen_by(words): words for words in chosen}
        self.choices = sorted({*theirs(self.menu), *self.typed})
        self.composer, self.known = Accounts(self.menu), Known()
        self.trading: dict[Problem, list[str]] = {}

    def at(self, choice: str) -> None:
        """Compose and check one account, and each thing that its runs trade with it."""
        composed = self.composed(choice, (BARE,))
        examined = examine(composed, self.known)
        faults = [*examined.problems, *self.misnamed(choice, composed), *self.faults(composed)]
        self.problems += faults
        if not isinstance(examined.checked, CheckedErrand) or faults:
            return
        account = errand_of(examined.checked, self.menu.home, self.menu.home).account
        if account is None:
            return
        if choice in self.typed and not account.runs:
            message = f"{account.name} has no runs, nothing would be started for it"
            self.problems.append(Problem(path="account.runs", message=message, where=composed.trace.where(("account", "runs"))))
        bots = {run.name: bot for run in account.runs.values() if run.work and (bot := self.bot(choice, account, run)) is not None}
        self.found.append(Found(account=account, composed=composed, bots=bots))

    def composed(self, choice: str, words: tuple[str, ...]) -> Composition:
        """An account with further words: from its file, the chosen one as it was typed."""
        typed = self.typed.get(choice, ())
        if len(typed) > 1:
            return compose([*typed, *words], self.menu, self.composer.loader)
        return self.composer.compose(choice, words)

    def misnamed(self, choice: str, composed: Composition) -> Iterator[Problem]:
        """An account that its own name would not start."""
        section = composed.data.get("account")
        name = section.get("name", choice) if isinstance(section, Mapping) else choice
        if isinstance(name, str) and name != choice and isinstance(section, Mapping) and section.get("runs"):
            message = f"expected {choice!r}, was {name!r}; a run is started by the name of its account's file"
            yield Problem(path="account.name", message=message, where=composed.trace.where(("account", "name")))

    def faults(self, composed: Composition) -> Iterator[Problem]:
        """What is wrong with the runs of an account, whatever is wrong with the rest of it."""
        sections = dict(sound(composed))
        for problem in run_faults(sections):
            yield Problem(path=problem.path, message=problem.message, where=composed.trace.where(tuple(problem.path.split("."))))
        for name, section in sections.items():
            for kind in ("strategy", "portfolio"):
                work = getattr(section, kind)
                if work is not None and self.menu.find(f"{kind}/{work}") is None:
                    message = f"there is no {kind} {work!r}{nearest(work, self.menu.choices(kind), also='there are')}"
                    place = ("account", "runs", name, kind)
                    yield Problem(path=".".join(place), message=message, where=composed.trace.where(place))

    def bot(self, choice: str, account: Account, run: Run) -> Bot | None:
        """What a run that trades starts; None where something is wrong with it, which is kept."""
        if run.job not in TRADING:
            return None
        examined = examine(self.composed(choice, (f"+{run.kind}={run.work}", f"mode={run.job}")), self.known)
        for problem in examined.problems:
            self.trading.setdefault(problem, []).append(f"{account.name}.{run.name}")
        checked = examined.checked
        return built(checked, self.menu.home, self.menu.home) if isinstance(checked, Checked) else None

    def of_runs(self) -> Iterator[Problem]:
        """What is wrong with what runs trade, once for all runs that start it."""
        for problem, names in self.trading.items():
            others = f" and {counted(len(names) - 1, 'other')}" if len(names) > 1 else ""
            yield Problem(path=problem.path, message=f"{problem.message} (run {names[0]}{others})", where=problem.where)


def chosen_by(words: Iterable[str]) -> str:
    """The account that was chosen, as it was typed."""
    return next((word.partition("=")[2] for word in words if word.lstrip("+").startswith("account=")), "")


def sound(composed: Composition) -> Iterator[tuple[str, RunSection]]:
    """The runs of an account that can be read; what is wrong with others has been said."""
    account = composed.data.get("account")
    written: Any = account.get("runs") if isinstance(account, Mapping) else None
    for name, section in written.items() if isinstance(written, Mapping) else ():
        try:
            read = RunSection.model_validate(section)
        except ValidationError:
            continue
        if read.enabled:
            yield name, read


def shared(found: Iterable[Found], menu: Menu) -> Iterator[Problem]:
    """Accounts with the same keys: two bots would answer for one account at the venue. No key is ever shown."""
    first: dict[tuple[str, ...], tuple[str, str]] = {}
    for each in (each for each in found if each.account.runs):
        account = each.account
        whose = {key: first[key] for key in marks(account, menu.home) if key in first}
        if whose:
            other, name = next(iter(whose.values()))
            place = ("account", kept_in(account))
            said = named(account)
            same = said if name == said else f"{said} holds what {name} holds"
            message = f"{account.name} has the same key as {other}: {same}; give each account its own"
            yield Problem(path=".".join(place), message=message, where=each.composed.trace.where(place) or COMMAND)
        for key in marks(account, menu.home):
            first.setdefault(key, (account.name, named(account)))


def named(account: Account) -> str:
    """Where an account's key is, in words."""
    return account.secrets_file or account.secrets_keyring or ", ".join(telling(account.secrets).values())


def kept_in(account: Account) -> str:
    """The field that says where its key is."""
    return "secrets_file" if account.secrets_file else "secrets_keyring" if account.secrets_keyring else "secrets"


def telling(secrets: Mapping[str, str]) -> dict[str, str]:
    """The parts that tell an account from others: the key, or else login and server."""
    return {"key": secrets["key"]} if "key" in secrets else {part: name for part, name in secrets.items() if part not in HIDDEN}


def marks(account: Account, home: Path) -> list[tuple[str, ...]]:
    """What two accounts with the same key have in common: the names of the variables, the file, or, where it is set, the key."""
    names = telling(account.secrets)
    where: list[tuple[str, ...]] = [("file", str((home / account.secrets_file).resolve()))] if account.secrets_file else []
    where += [("keyring", account.secrets_keyring)] if account.secrets_keyring else []
    where += [("names", *sorted(names.values()))] if names and not where else []
    value = held(account, home)
    return [*where, *([("value", *value)] if value else [])]


def held(account: Account, home: Path) -> tuple[str, ...]:
    """The key itself, where it can be read; () where not, and where a keyring would have to be unlocked. Never written, never shown."""
    if account.secrets_keyring:
        return ()
    if account.secrets_file:
        try:
            return (read_keys(account.secrets, account.secrets_file, home).key.reveal(),)
        except RunnerError:
            return ()
    values = tuple(os.environ.get(name, "").strip() for name in telling(account.secrets).values())
    return values if all(values) else ()
