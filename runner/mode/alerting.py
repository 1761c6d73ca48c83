"""What the watch for alerts may be told, which accounts it looks at, and where it sends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from runner import private
from runner.alert.alert import Severity
from runner.alert.kinds import Kind, Teller
from runner.alert.lane import Terms
from runner.alert.standing import Bounds
from runner.alert.targets import is_name
from runner.alert.watch import Subject
from runner.live import gone
from runner.live.state import state_of
from runner.live.status import read
from runner.lock import locked
from runner.menu import Menu
from runner.mode.accounts.asked import asked, words_of
from runner.mode.accounts.bare import bare, problem
from runner.mode.accounts.files import owned, unread
from runner.mode.trading.options import address
from runner.model.bot import Account, Errand
from runner.model.duration import milliseconds
from runner.model.errors import ConfigError, OccupiedError, Problem, RunnerError
from runner.model.settings import Name
from runner.model.terms import Clock, Duration
from runner.schedule.when import AfterReset
from runner.words import nearest

MIDNIGHT = AfterReset(at="00:00", zone="UTC")


def _names(value: Any) -> list[str] | None:
    """Names of targets. What is none is not repeated: it may be a URL."""
    names = [value] if isinstance(value, str) else value
    if names is not None and not (isinstance(names, list) and all(isinstance(name, str) and is_name(name) for name in names)):
        raise ValueError("expected names of environment variables such as [TELEGRAM_URL], never the URL itself")
    return names


Names = Annotated[list[str] | None, BeforeValidator(_names)]


class To(BaseModel):
    """Where alerts of each severity go."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, title="mode.to")
    critical: Names = Field(default_factory=list, description="at once, at least once, until it arrives")
    warning: Names = Field(None, description="several in one message; null = where critical ones go, [] = nowhere")
    info: Names = Field(None, description="in the daily digest, at most once; null = where warnings go")

    def routes(self) -> dict[Severity, list[str]]:
        """Names of targets by severity, each once."""
        critical = self.critical or []
        warning = critical if self.warning is None else self.warning
        info = warning if self.info is None else self.info
        found = {Severity.CRITICAL: critical, Severity.WARNING: warning, Severity.INFO: info}
        return {severity: list(dict.fromkeys(names)) for severity, names in found.items()}


def _kind(value: Any) -> str:
    """Refuses what is no kind of alert."""
    if value not in list(Kind):
        raise ValueError(f"expected a kind of alert, was {value!r}{nearest(str(value), map(str, Kind), also='there are')}")
    return str(value)


def _severity(value: Any) -> str:
    """Refuses what is no severity."""
    if value not in list(Severity):
        raise ValueError(f"expected {', '.join(Severity)}, was {value!r}{nearest(str(value), map(str, Severity))}")
    return str(value)


class Options(BaseModel):
    """What `mode.…` may say of alerts."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    to: To = Field(default_factory=To, description="where alerts of each severity go, by names of environment variables or lines of `file`")
    file: str = Field("", max_length=200, description="lines NAME=URL that only its owner may read; '' = the environment")
    severity: dict[Annotated[str, BeforeValidator(_kind)], Annotated[str, BeforeValidator(_severity)]] = Field(
        default_factory=dict, description="severity by kind, where it is another than usual"
    )
    batch: Duration = Field("10m", description="how long a warning waits for others")
    digest: Clock | None = Field(Clock(at="08:00", zone="UTC"), description="when the rest is sent; null = at once")
    every: Duration = Field("5s", description="how often every account is looked at")
    accounts: list[Name] = Field(default_factory=list, description="only these; [] = the one chosen, else all of your folder")
    rounds: int | None = Field(None, ge=1, description="end after so many looks, 1 for cron; null = run until stopped")
    test: bool = Field(False, description="send one message to every target and say what came back")
    since: Duration = Field("1h", description="at the first look at an account nothing older is told")
    headroom: float = Field(0.25, gt=0, lt=1, description="a rule is told when less of its allowance is left")
    recovered: float = Field(0.35, gt=0, lt=1, description="and again only after more than this was left")
    silent: Duration = Field("1m", description="a bot or guard without a sign of life for so long")
    late: Duration = Field("2m", description="a tick that long after its bar")
    stream: Duration = Field("2m", description="a stream that is down for so long")
    tries: int = Field(8, ge=1, le=1000, description="after so many a warning is given up; critical ones never are")
    per_minute: int = Field(20, ge=1, le=1000, description="messages to one target")
    limit: Duration = Field("30s", description="for one message")
    journal: str = Field(
        "", description="'' = the file in each account's folder; a postgresql:// URL, or the environment variable that holds it"
    )

    @model_validator(mode="after")
    def _above(self) -> Options:
        """Refuses a rule that has recovered before it was near."""
        if self.recovered < self.headroom:
            raise ValueError(f"recovered: expected at least headroom ({self.headroom}), was {self.recovered}")
        return self

    def bounds(self) -> Bounds:
        """When things are worth telling."""
        silent, late = milliseconds(self.silent), milliseconds(self.late)
        return Bounds(headroom=self.headroom, recovered=self.recovered, silent_ms=silent, late_ms=late)

    def terms(self) -> Terms:
        """How each target is served."""
        digest = None if self.digest is None else self.daily()
        return Terms(batch_ms=milliseconds(self.batch), digest=digest, tries=self.tries, per_minute=self.per_minute)

    def daily(self) -> AfterReset:
        """When a day is summed up: at the digest's time, at midnight UTC without one."""
        if self.digest is None:
            return MIDNIGHT
        reset = self.digest.reset()
        return AfterReset(at=reset.at, zone=reset.zone, weekdays=reset.weekdays)

    def severities(self) -> dict[Kind, Severity]:
        """Where a kind is more or less urgent than usual."""
        return {Kind(kind): Severity(severity) for kind, severity in self.severity.items()}


def subjects(menu: Menu, options: Options, errand: Errand) -> tuple[list[tuple[Subject, Callable[[], Account | None]]], list[Problem]]:
    """The accounts to watch, each with a way to read its files again, and what is wrong with others.

    The one chosen or those named, also where its file has gone since; else every account of the user's folder, and those whose file is
    gone while something of them is open. ConfigError where the
    journals' address is none.
    """
    found: list[tuple[Subject, Callable[[], Account | None]]] = []
    singled_out = bool(options.accounts) or errand.account is not None
    problems = [] if singled_out else unread(menu)
    names = options.accounts or ([] if errand.account is not None else owned(menu))
    for name, words in (words_of(menu, names, errand) if names or errand.account is not None else {}).items():
        try:
            account: Account | None = bare(menu, name, words)
        except RunnerError as error:
            problems.append(problem(name, error))
            account = None
        subject = subject_of(name, account, options, errand.home)
        if subject is None:
            continue
        found.append((subject, lambda name=name, words=words: again(menu, name, words)))  # type: ignore[misc]
    there = {subject.state.account for subject, _ in found}
    lost = () if singled_out else gone.gone(errand.home, there)
    left = (subject_of(each.account, None, options, errand.home) for each in lost)
    found.extend((subject, lambda: None) for subject in left if subject is not None)
    return found, problems


def subject_of(name: str, account: Account | None, options: Options, home: Path) -> Subject | None:
    """What is watched of an account; None where there is nothing.

    account: None where its file cannot be read. Its bot may be at work all the same: what that has left under the file's name is watched.
    """
    state = state_of(home, name.rpartition("/")[2] if account is None else account.name)
    status = read(state) if account is None else None
    if account is None and status is None and gone.of_account(state) is None:
        return None
    environment = account.environment if account is not None else "" if status is None else status.environment
    teller = Teller(account=state.account, environment=environment, severities=options.severities())
    return Subject(state=state, teller=teller, account=account, journal=address(options, state) if options.journal else "", choice=name)


def named(menu: Menu, options: Options, errand: Errand) -> None:
    """Refuse names that no account has, before anything is begun."""
    asked(menu, options.accounts, errand)


def reachable(options: Options, home: Path) -> None:
    """Refuse an address of the journals that is none, before anything is written."""
    if options.journal:
        address(options, state_of(home, "any"))


def again(menu: Menu, name: str, words: tuple[str, ...]) -> Account | None:
    """An account as its files say it now; None where they cannot be read."""
    try:
        return bare(menu, name, words)
    except RunnerError:
        return None


@contextmanager
def sole(home: Path) -> Iterator[None]:
    """Be the only process that sends the alerts of a folder. OccupiedError where another is at it: an info must not go twice."""
    place = home / "state" / "alerts.lock"
    with suppress(OSError):
        private.made(place.parent)
    try:
        file = private.held(place)
    except OSError as error:
        message = error.strerror or str(error)
        raise ConfigError("alerts cannot be kept", [Problem(path=str(place), message=message)]) from error
    with file:
        if not locked(file):
            file.seek(0)
            by = file.read().strip()
            message = f"process {by} sends the alerts of this folder already; one at a time" if by.isdigit() else "one at a time"
            raise OccupiedError("another process sends alerts", [Problem(path=str(place), message=message)])
        with suppress(OSError):
            file.truncate(0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())
        yield
