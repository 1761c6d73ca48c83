"""What is served: ticks with their times, and what is kept running."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.model.bot import Account
from runner.model.errors import ConfigError, Problem
from runner.schedule.runs import Due, dues
from runner.serve.times import Times, spread_ms
from runner.words import counted, listed

WORD = "live=yes-real-money"
ORDERS = ("once", "live")  # jobs that send orders, which may be real ones
HOST = "host"  # runs of the host itself: its guard, its alerts


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A run that is started at certain times."""

    run: str
    account: str
    environment: str
    words: tuple[str, ...]
    times: Times
    folder: str


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A run that is kept running."""

    run: str
    account: str
    environment: str
    words: tuple[str, ...]
    folder: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that is served, by name. guarded: accounts that the guard among them keeps; unguarded: those that another process must."""

    ticks: dict[str, Tick]
    kept: dict[str, Kept]
    guarded: tuple[str, ...] = ()
    unguarded: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """How much there is, and who is guarded."""
        named = {*(each.account for each in self.ticks.values()), *(each.account for each in self.kept.values())} - {""}
        accounts = len(named | {*self.guarded, *self.unguarded})
        runs = f"{counted(len(self.ticks), 'run')} at {'its' if len(self.ticks) == 1 else 'their'} times"
        return f"{counted(accounts, 'account')}, {runs}, {len(self.kept)} kept running; {self.guard_line}"

    @property
    def guard_line(self) -> str:
        """Who is guarded."""
        if self.guarded:
            return f"one guard for {listed(self.guarded)}"
        return f"no guard here for {listed(self.unguarded)}" if self.unguarded else "nobody to guard: no run sends orders"


NURSERY = Kept(run=f"{HOST}.nursery", account="", environment="", words=(), folder="")  # as it is told


@dataclass(frozen=True, kw_only=True)
class Guarding:
    """here: keep one guard for all accounts that send orders. gone: accounts to be guarded though their files are gone."""

    here: bool = True
    gone: tuple[str, ...] = ()


def plan_of(
    accounts: Sequence[Account],
    home: Path,
    *,
    jitter_ms: int,
    sworn: bool,
    guard: Guarding | None = None,
    host: Iterable[tuple[str, ...]] = (),
) -> Plan:
    """What these accounts' runs ask for. host: words of what is kept besides.

    ConfigError without any run and anybody to guard, and for accounts of real money without the second word.
    """
    guard = guard or Guarding()
    found = dues(accounts)
    if found or not guard.gone:
        refuse(found, sworn=sworn)
    ticks = [tick_of(due, home, jitter_ms) for due in found if not due.run.lasts]
    kept = [kept_of(due, home) for due in found if due.run.lasts and due.run.job != "guard"]
    exposed = tuple(sorted({*(due.account.name for due in found if due.run.job in (*ORDERS, "guard")), *guard.gone}))
    guarded, unguarded = (exposed, ()) if guard.here else ((), exposed)
    guards = [("mode=guard", f"mode.accounts=[{','.join(guarded)}]")] if guarded else []
    kept += [of_host(words, home) for words in (*guards, *host)]
    return Plan(ticks={each.run: each for each in ticks}, kept={each.run: each for each in kept}, guarded=guarded, unguarded=unguarded)


def refuse(found: Sequence[Due], *, sworn: bool) -> None:
    """ConfigError for what may not be served."""
    if not found:
        message = "no account under accounts/ has runs; write some, or name an account that has: account=NAME"
        raise ConfigError("there is nothing to serve", [Problem(path="account", message=message)])
    real = [due for due in found if due.account.environment == "live" and due.run.job in ORDERS]
    if real and not sworn:
        names = dict.fromkeys(due.account.name for due in real)
        problems = [Problem(path="live", message=f"{name} trades real money; type {WORD} as well", where="command line") for name in names]
        raise ConfigError("real money needs a second word", problems)


def words_of(due: Due) -> tuple[str, ...]:
    """What starts it, with the second word where it was given and is needed."""
    return (*due.words, WORD) if due.account.environment == "live" and due.run.job in ORDERS else due.words


def tick_of(due: Due, home: Path, jitter_ms: int) -> Tick:
    """A run at its times. Runs of one account have one spread, so that they keep their order."""
    name = due.account.name
    times = Times(when=due.when, spread_ms=spread_ms(name, jitter_ms))
    folder = str(home / "state" / name)
    return Tick(run=due.name, account=name, environment=due.account.environment, words=words_of(due), times=times, folder=folder)


def kept_of(due: Due, home: Path) -> Kept:
    """A run that lasts."""
    name = due.account.name
    folder = str(home / "state" / name)
    return Kept(run=due.name, account=name, environment=due.account.environment, words=words_of(due), folder=folder)


def of_host(words: tuple[str, ...], home: Path) -> Kept:
    """What runs once for all accounts; called after its mode."""
    return Kept(run=f"{HOST}.{words[0].partition('=')[2]}", account="", environment="", words=words, folder=str(home / "state" / HOST))
