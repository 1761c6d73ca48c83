"""An account's runs with their times and the words that start each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runner.model.bot import Account
from runner.model.duration import milliseconds
from runner.model.rules import Family, Reset
from runner.model.run import LASTING, RESET, Run
from runner.schedule.when import AfterReset, Always, BarClose, Cron, When

PERIODS = {"report": "today", "review": "week"}
JUST_MS = 3_600_000  # after a reset, in which a report is of the day that has just ended
MIDNIGHT = Reset(at="00:00", zone="UTC")


@dataclass(frozen=True, kw_only=True)
class Due:
    """A run of an account: when it is started, and by which words after `runner`."""

    account: Account
    run: Run
    when: When
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """`hyro_2step.fvg`: unique on a host."""
        return f"{self.account.name}.{self.run.name}"

    @property
    def command(self) -> str:
        """What is typed."""
        return " ".join(("runner", *self.words))


def dues(accounts: Iterable[Account]) -> list[Due]:
    """Every run of these accounts, in the order they are written."""
    return [
        Due(account=account, run=run, when=when_of(run, account), words=words_of(run, account))
        for account in accounts
        for run in account.runs.values()
    ]


def when_of(run: Run, account: Account) -> When:
    """The times of a run."""
    offset_ms = milliseconds(run.offset) if run.offset else 0
    if run.job in LASTING:
        return Always()
    if run.cron:
        return Cron(expression=run.cron, zone=run.zone)
    if run.every == RESET:
        reset = reset_of(account)
        return AfterReset(at=reset.at, zone=reset.zone, offset_ms=offset_ms, weekdays=reset.weekdays)
    return BarClose(every_ms=milliseconds(run.every), offset_ms=offset_ms)


def reset_of(account: Account) -> Reset:
    """The firm's daily reset in the account's phase: the clock of its first floor that has one, else of any rule; midnight UTC without."""
    book = account.book
    mine = [row for row in book.rows if row.firm and row.clock >= 0 and book.phases[row.phase].name == account.phase]
    floors = [row for row in mine if row.family == Family.FLOOR]
    first = next(iter([*floors, *mine]), None)
    return book.clocks[first.clock] if first is not None else MIDNIGHT


def tells_days(run: Run, account: Account, now_ms: int) -> bool:
    """Whether it reports each day that is over: a report at the reset, however long after it, or at a time within an hour after it."""
    if run.job != "report" or run.every == RESET:
        return run.job == "report"
    reset = reset_of(account)
    reset_ms = AfterReset(at=reset.at, zone=reset.zone, weekdays=reset.weekdays).after(now_ms)
    due_ms = when_of(run, account).after(reset_ms - 1) if reset_ms is not None else None
    return reset_ms is not None and due_ms is not None and due_ms - reset_ms < JUST_MS


def words_of(run: Run, account: Account) -> tuple[str, ...]:
    """What starts it, after `runner`."""
    work = (f"+{run.kind}={run.work}",) if run.work else ()
    if run.job in PERIODS:
        period = "day" if run.job == "report" and run.every == RESET else PERIODS[run.job]
        return (*work, "mode=report", f"account={account.name}", f"mode.period={period}")
    if run.job == "guard":
        return ("mode=guard", f"account={account.name}")
    return (*work, f"+account={account.name}", f"mode={run.job}")
