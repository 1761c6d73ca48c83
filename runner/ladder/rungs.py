"""The rungs, judged from what was seen: done and when, or what is missing with its numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from runner.ladder.trades import Trade
from runner.live.records import Kind, Record
from runner.live.status import Status
from runner.words import counted


@dataclass(frozen=True, kw_only=True)
class Wants:
    """What practice must show before real money is traded. wins: share of trades with a profit. stops: trades whose stop was seen."""

    days: int = 5
    trades: int = 20
    wins: float = 0.55
    stops: int = 10


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A step. at_ms: since when it is done, 0 while it is not. said: the evidence, or what is missing. unread: not all can be told.

    needed: the account has to take it at all.
    """

    name: str
    done: bool
    said: str
    at_ms: int = 0
    unread: bool = False
    needed: bool = True

    @property
    def open(self) -> bool:
        """Whether it is still to be taken."""
        return self.needed and not self.done


@dataclass(frozen=True, kw_only=True)
class Practised:
    """Paper or demo trading. days: UTC days on which the bot was at work. stops: trades whose stop the venue took with the entry."""

    where: str  # "paper", "demo"
    days: tuple[int, ...] = ()
    trades: tuple[Trade, ...] = ()
    stops: int = 0
    violations: tuple[tuple[int, str], ...] = ()  # when, and which rule


@dataclass(frozen=True, kw_only=True)
class Phase:
    """How the account's real money stands. status: None where no bot has told of it; ended: (when, how), where it has.

    unread: what is wrong with what would tell.
    """

    name: str  # of the phase that the account's file names
    real: bool  # its environment is live
    funded: bool  # nothing has to be passed any more
    own: bool = False  # money that no firm gives: nothing has to be passed for it
    status: Status | None = None
    ended: tuple[int, str] | None = None
    unread: str = ""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Everything that is known of an account. hashes: of the configurations it would trade, by run. unread: journals that cannot be."""

    records: Sequence[Record]
    hashes: Mapping[str, str]
    practice: Sequence[Practised]
    phase: Phase
    wants: Wants = field(default_factory=Wants)
    unread: tuple[str, ...] = ()


def rungs(seen: Seen) -> list[Rung]:
    """All of them, the lowest first."""
    return [tested(seen, "backtest"), tested(seen, "rehearsal"), practised(seen), challenge(seen.phase), funded(seen.phase)]


def tested(seen: Seen, kind: Kind) -> Rung:
    """A backtest whose targets were met, or a rehearsal in which nothing was red: of each configuration that would be traded."""
    of_kind = [record for record in seen.records if record.kind == kind]
    if not seen.hashes:
        return Rung(name=kind, done=False, said="nothing is known of what it trades: give it runs, or type strategy=NAME")
    found = {run: last(record for record in of_kind if record.config_hash == hashed) for run, hashed in seen.hashes.items()}
    missing = [f"{run}: {short_of(kind, record, of_kind)}" for run, record in found.items() if record is None or not record.passed]
    if missing:
        return Rung(name=kind, done=False, said="; ".join(missing))
    at_ms = max(record.at_ms for record in found.values() if record is not None)
    good = "its targets were met" if kind == "backtest" else "nothing was red"
    return Rung(name=kind, done=True, at_ms=at_ms, said=f"{day(at_ms)}, {good}")


def last(records: Iterable[Record]) -> Record | None:
    """The newest."""
    return max(records, key=lambda record: record.at_ms, default=None)


def short_of(kind: Kind, record: Record | None, others: Sequence[Record]) -> str:
    """Why that is not enough."""
    if record is not None:
        why = f"ended {record.detail.get('state', 'without its target')}" if kind == "backtest" else "was red"
        return f"that of {day(record.at_ms)} {why}"
    other = last(each for each in others if each.passed)
    return f"none of this configuration{f', one of another on {day(other.at_ms)}' if other is not None else ''}"


def practised(seen: Seen) -> Rung:
    """Paper or demo trading, whichever shows all of it or has come further, and the ways out by hand."""
    wants = seen.wants
    best = max(
        seen.practice, key=lambda each: (all(figures(each, wants)), len(each.trades), len(each.days)), default=Practised(where="paper")
    )
    stops, taken = max((each.stops for each in seen.practice), default=0), exercised(seen.records)
    done = (
        all(figures(best, wants))
        and not seen.unread
        and not any(each.violations for each in seen.practice)
        and stops >= wants.stops
        and all(taken.values())
    )
    said = [
        *(f"cannot be read: {each}" for each in seen.unread),
        f"{best.where}: {len(best.days)} of {counted(wants.days, 'day')}, {len(best.trades)} of {counted(wants.trades, 'trade')}",
        f"{percent(won(best), len(best.trades))} % of {100 * wants.wins:.10g} % wins",
        *violated(seen.practice),
        f"stop seen on {stops} of {counted(wants.stops, 'trade')}",
        *(f"{kind} exercised {day(at_ms)}" if at_ms else f"{kind} never" for kind, at_ms in taken.items()),
    ]
    at_ms = reached(best, wants, taken) if done else 0
    unread = bool(seen.unread)
    return Rung(name="paper or demo", done=done, at_ms=at_ms, said="; ".join([day(at_ms), *said] if done else said), unread=unread)


def figures(each: Practised, wants: Wants) -> tuple[bool, bool, bool]:
    """Whether there are days, trades and wins enough."""
    count = len(each.trades)
    return len(each.days) >= wants.days, count >= wants.trades, (won(each) / count if count else 0.0) >= wants.wins


def won(each: Practised) -> int:
    """Trades that earned."""
    return sum(trade.profit > 0 for trade in each.trades)


def percent(part: int, whole: int) -> str:
    """A share, cut after a tenth, so that 54.9 never reads as 55."""
    return f"{1000 * part // whole / 10:g}" if whole else "0"


def violated(practice: Sequence[Practised]) -> list[str]:
    """Rules that were broken meanwhile, the last one in words."""
    broken = sorted(each for where in practice for each in where.violations)
    return (
        [f"{counted(len(broken), 'rule violation')}, the last {day(broken[-1][0])}: {broken[-1][1]}"] if broken else ["no rule violation"]
    )


def exercised(records: Sequence[Record]) -> dict[str, int]:
    """When each way out was last taken by hand, and left nothing that should not be; 0 where it never was."""
    return {
        kind: max((record.at_ms for record in records if record.kind == kind and record.passed), default=0) for kind in ("halt", "flatten")
    }


def reached(best: Practised, wants: Wants, taken: Mapping[str, int]) -> int:
    """When the last of it was there."""
    trades = best.trades[wants.trades - 1].closed_ms if wants.trades else 0
    days = best.days[wants.days - 1] if wants.days else 0
    return max(trades, days, *taken.values())


def challenge(phase: Phase) -> Rung:
    """The firm's evaluation: passed, running, lost, or not begun."""
    name = "challenge"
    if phase.own:
        return Rung(name=name, done=False, said="not needed: it is your own money", needed=False)
    if phase.funded:
        return Rung(name=name, done=True, said=f"the account is in phase {phase.name}")
    if not phase.real:
        return Rung(name=name, done=False, said="not begun: the account's environment is not live")
    if phase.unread:
        return untold(name, phase)
    if phase.ended is not None:
        return ended(name, phase.ended)
    return Rung(name=name, done=False, said=running(phase.status) or f"{phase.name}: no bot has told how it stands yet")


def funded(phase: Phase) -> Rung:
    """The firm's own money: it is never finished, and it can be lost."""
    if not phase.funded:
        return Rung(name="funded", done=False, said="after the challenge")
    if not phase.real:
        return Rung(name="funded", done=False, said="not begun: the account's environment is not live")
    if phase.unread:
        return untold("funded", phase)
    if phase.ended is not None:
        return ended("funded", phase.ended)
    begun = phase.status is not None
    return Rung(name="funded", done=begun, said=running(phase.status) or "no bot has told how it stands yet")


def untold(name: str, phase: Phase) -> Rung:
    """What would tell of it cannot be read."""
    return Rung(name=name, done=False, said=f"cannot be read: {phase.unread}", unread=True)


def ended(name: str, how: tuple[int, str]) -> Rung:
    """A phase that is over."""
    passed = is_pass(how[1])
    return Rung(name=name, done=passed, at_ms=how[0] if passed else 0, said=f"{day(how[0])}: {how[1]}")


def is_pass(verdict: str) -> bool:
    """Whether a verdict, as its bot wrote it ('challenge PASSED: …'), says that the phase was passed."""
    return verdict.partition(":")[0].endswith("PASSED")


def running(status: Status | None) -> str:
    """How a phase stands."""
    if status is None:
        return ""
    earned = next((rule for rule in status.rules if rule.code == "PROFIT_TARGET"), None)
    target = f", {earned.value:,.2f} of {earned.limit:,.2f} {status.currency}" if earned is not None and earned.limit is not None else ""
    days = f", {status.days} of {counted(status.days_needed, 'trading day')}" if status.days_needed else ""
    return f"{status.phase} {status.state} on {day(status.at_ms)}{target}{days}"


def day(time_ms: int) -> str:
    """2026-11-20."""
    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m-%d}"
