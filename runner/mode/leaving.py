"""What halt and flatten share: the account that was named, its desk, lines with account and environment, exit statuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from runner.alert.alert import Alert, Severity
from runner.alert.outbox import Outbox
from runner.live import gone
from runner.live.clock import Clock, WallClock
from runner.live.desk import Desk, desk_of
from runner.live.flatten import Left, Out, one_line
from runner.live.keys import REDACTOR
from runner.live.state import HAND, Halt, StateFolder, halt, halt_of, state_of
from runner.model.bot import Account, Errand
from runner.model.errors import ConfigError, Problem, RunnerError

DONE = 0
LEFT = 3  # something is still there, or the venue could not say
BY = HAND
UNFINISHED = "unfinished"  # the kind of an alert


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """An account that somebody leaves by hand."""

    account: Account
    state: StateFolder
    desk: Desk
    clock: Clock
    say: Callable[[str], None]

    def halt(self, why: str) -> bool:
        """Take no new entries; a disk that does not take it is told and stops nothing."""
        try:
            halt(self.state, Halt(by=BY, at_ms=self.clock.now_ms(), why=why))
        except RunnerError as error:
            self.say(f"the halt is not written, a running bot does not know of it: {one_line(error)}")
            return False
        self.say(f"halted: {why}; mode=halt mode.release=true lifts it")
        return True

    def amend(self, why: str) -> None:
        """Say beside the halt how it ended, as a halt of that moment; one that was lifted meanwhile stays lifted."""
        now_ms = self.clock.now_ms()
        try:
            if halt_of(self.state, BY, now_ms) is not None:
                halt(self.state, Halt(by=BY, at_ms=now_ms, why=REDACTOR.text(why)))
        except RunnerError as error:
            self.say(f"beside the halt it is not written how it ended: {one_line(error)}")

    def nothing_open(self) -> None:
        """Leave it for who asks later; a disk that does not take it has been told of."""
        with suppress(RunnerError):
            gone.leave(self.state, self.clock.now_ms(), ())

    def out(self) -> Out:
        """The way out."""
        return Out(desk=self.desk, clock=self.clock, say=self.say)

    def unfinished(self, left: Left, home: Path, mode: str, next_: str) -> None:
        """Put it among the alerts, critical: who leaves takes it for done. A disk that does not take it is told and stops nothing."""
        now_ms, name = self.clock.now_ms(), self.account.name
        alert = Alert(
            id=f"{name}.{mode}.{now_ms}",
            account=name,
            environment=self.account.environment,
            severity=Severity.CRITICAL,
            kind=UNFINISHED,
            title=f"A {mode.upper()} BY HAND DID NOT FINISH: {replace(left, why='').line()}",
            text=f"{left.why}\n{next_} now, or try again: runner mode={mode} account={name}".strip(),
            at_ms=now_ms,
        )
        try:
            with Outbox.of(home) as outbox:
                outbox.put(alert)
        except RunnerError as error:
            self.say(f"among the alerts it is not written that it did not finish: {one_line(error)}")

    def status(self, left: Left, *, written: bool) -> int:
        """Say what is left; 0 when it is nothing and the halt stands."""
        self.say(left.line())
        return DONE if left.nothing and written else LEFT


@contextmanager
def leaving(errand: Errand, mode: str) -> Iterator[Leaving]:
    """The account that was chosen, with a desk that nothing keeps back: the way out tries again by itself.

    ConfigError without one, without keys, or with a venue that takes no orders.
    """
    account, clock = chosen(errand, mode), WallClock()
    desk = desk_of(account.venue, account, clock, home=errand.home, repeats=0, protects=True)
    say = sayer(account.name, account.environment, clock)
    try:
        yield Leaving(account=account, state=state_of(errand.home, account.name), desk=desk, clock=clock, say=say)
    finally:
        desk.close()


def chosen(errand: Errand, mode: str) -> Account:
    """The account that was named on the command line."""
    if errand.account is None:
        said = f"expected an account; type mode={mode} account=NAME"
        raise ConfigError("this command will not run: 1 problem", [Problem(path="account", message=said, where="command line")])
    return errand.account


def sayer(account: str, environment: str, clock: Clock) -> Callable[[str], None]:
    """Prints a line with its time, the account and the venue's environment, without secrets."""

    def say(text: str) -> None:
        at = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
        print(REDACTOR.text(f"{at:%Y-%m-%d %H:%M:%S}  {account} {environment}  {text}"), flush=True)

    return say
