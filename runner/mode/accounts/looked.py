"""Every account of a host that has runs, composed and checked whole: whatever is wrong with any of them is said at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from runner.build import built
from runner.build import errand as errand_of
from runner.check import Checked, CheckedErrand, Examined, examine, refusal
from runner.check.known import Known
from runner.compose import Composition, compose
from runner.compose.alike import Accounts
from runner.menu import Menu
from runner.mode.accounts.asked import chosen_by, typed_words
from runner.mode.accounts.bare import BARE
from runner.mode.accounts.files import owned, unread
from runner.mode.accounts.runs import faults, sound
from runner.mode.accounts.twins import shared
from runner.mode.progress import Progress
from runner.model.bot import Account, Bot, Errand
from runner.model.errors import Problem
from runner.model.run import TRADING, Run
from runner.words import counted


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


def alone(menu: Menu, errand: Errand) -> Runnable | None:
    """The account chosen on the command line with what its runs trade; None without one. ConfigError for what is wrong with it."""
    look = Look(menu, errand)
    for choice in look.typed:
        look.at(choice)
    refuse([*look.problems, *look.of_runs()])
    return next((Runnable(account=each.account, bots=each.bots) for each in look.found), None)


def looked(menu: Menu, errand: Errand) -> list[Runnable]:
    """The same, with what each run trades."""
    look = Look(menu, errand)
    with Progress() as bars:
        told = bars.told("accounts")
        for number, choice in enumerate(look.choices):
            look.at(choice)
            if told is not None:
                told(number + 1, len(look.choices))
    refuse([*unread(menu), *look.problems, *look.of_runs(), *shared(look.found, menu)])
    return [Runnable(account=each.account, bots=each.bots) for each in look.found if each.account.runs]


def refuse(problems: Iterable[Problem]) -> None:
    """ConfigError with each of them once, where there are any."""
    lines = {problem.line(): problem for problem in problems}
    if lines:
        raise refusal(list(lines.values()))


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
        words = typed_words(self.errand)
        self.typed = {chosen_by(words): words} if chosen_by(words) else {}
        self.choices = sorted({*owned(self.menu), *self.typed})
        self.composer, self.known = Accounts(self.menu), Known()
        self.trading: dict[Problem, list[str]] = {}

    def at(self, choice: str) -> None:
        """Compose and check one account, and each thing that its runs trade with it."""
        composed = self.composed(choice, (BARE,))
        examined = examine(composed, self.known)
        problems = [*examined.problems, *misnamed(choice, composed), *faults(composed, self.menu)]
        self.problems += problems
        bots = self.bots(choice, composed, frozenset(problems))
        account = None if problems else self.account(examined)
        if account is None:
            return
        if choice in self.typed and not account.runs:
            message = f"{account.name} has no runs, nothing would be started for it"
            self.problems.append(Problem(path="account.runs", message=message, where=composed.trace.where(("account", "runs"))))
        self.found.append(Found(account=account, composed=composed, bots=bots))

    def account(self, examined: Examined) -> Account | None:
        """What was checked as a bot is given it; None where there is nothing of it."""
        checked = examined.checked
        return errand_of(checked, self.menu.home, self.menu.home).account if isinstance(checked, CheckedErrand) else None

    def bots(self, choice: str, composed: Composition, said: Collection[Problem]) -> dict[str, Bot]:
        """What its trading runs start, by their names, as far as nothing is wrong with it."""
        runs = [section.run(name) for name, section in sound(composed).items()]
        trading = [run for run in runs if run.job in TRADING and run.work and self.menu.find(f"{run.kind}/{run.work}") is not None]
        made = {run.name: self.bot(choice, run, said) for run in trading}
        return {name: bot for name, bot in made.items() if bot is not None}

    def composed(self, choice: str, words: tuple[str, ...]) -> Composition:
        """An account with further words: from its file, the chosen one as it was typed."""
        typed = self.typed.get(choice, ())
        if len(typed) > 1:
            return compose([*typed, *words], self.menu, self.composer.loader)
        return self.composer.compose(choice, words)

    def bot(self, choice: str, run: Run, said: Collection[Problem]) -> Bot | None:
        """What a run that trades starts; None where something is wrong with it, which is kept unless it has been said of the account."""
        examined = examine(self.composed(choice, (f"+{run.kind}={run.work}", f"mode={run.job}")), self.known)
        for problem in examined.problems:
            if problem not in said:
                self.trading.setdefault(problem, []).append(f"{choice}.{run.name}")
        checked = examined.checked
        return built(checked, self.menu.home, self.menu.home) if isinstance(checked, Checked) else None

    def of_runs(self) -> Iterator[Problem]:
        """What is wrong with what runs trade, once for all runs that start it."""
        for problem, names in self.trading.items():
            others = f" and {counted(len(names) - 1, 'other')}" if len(names) > 1 else ""
            yield Problem(path=problem.path, message=f"{problem.message} (run {names[0]}{others})", where=problem.where)


def misnamed(choice: str, composed: Composition) -> Iterator[Problem]:
    """An account that its own name would not start."""
    section = composed.data.get("account")
    name = section.get("name", choice) if isinstance(section, Mapping) else choice
    if not isinstance(name, str) or name == choice or not isinstance(section, Mapping) or not section.get("runs"):
        return
    message = f"expected {choice!r}, was {name!r}; a run is started by the name of its account's file"
    if "/" in choice:
        message = f"an account with runs lies in accounts/ itself, not in a folder below: a run is started as account={name}"
    yield Problem(path="account.name", message=message, where=composed.trace.where(("account", "name")))
