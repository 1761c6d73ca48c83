"""Rehearse: the live code against an exchange on this machine, compared with the backtest of the same bars."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from runner.journal.live import LiveJournal
from runner.machine import Machine
from runner.mode.compiling import announced
from runner.mode.recording import rehearsed
from runner.mode.rehearsing.bot import Job
from runner.mode.rehearsing.compare import compared, decisions, fills
from runner.mode.rehearsing.figures import figures
from runner.mode.rehearsing.market import Show, service, show
from runner.mode.rehearsing.page import VenueState, identity, last_state, leave, rehearsal, screen, state_differs
from runner.mode.rehearsing.rebuilt import Rebuilt, rebuilt
from runner.mode.rehearsing.stage import Stage
from runner.mode.rehearsing.watch import seen_by_guard, watched
from runner.mode.span import Date, midnight_ms
from runner.model.bot import Bot
from runner.model.duration import DAY_MS, milliseconds
from runner.model.errors import ConfigError, Problem
from runner.model.records import Outcome
from runner.model.terms import Duration
from runner.rehearsal.serve import served
from runner.report.fingerprint import config_hash
from runner.report.folder import fresh, usable

FILES = ("summary.json", "journal.db", "exchange.jsonl")


class Options(BaseModel):
    """What `mode.…` may say of a rehearsal."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: Literal["rehearse"] = "rehearse"
    bars: int = Field(500, ge=1, le=1_000_000, description="bars of the strategy's timeframe that are traded, the last ones before the end")
    history: int = Field(600, ge=10, le=100_000, description="bars known before the first of them")
    end: Date | None = Field(None, description="last day traded, UTC; null = until the bars end")
    faults: Literal["none", "gentle", "storm"] = Field("none", description="how much goes wrong")
    seed: int = Field(1, ge=0, description="of what goes wrong, of latency and of the moments at which the bot is killed")
    kills: int = Field(0, ge=0, le=10_000, description="times the bot's process is killed, at random points, and started again")
    guard: Duration | None = Field(
        None, description="how often a guard looks at the account too, in a process of its own; null = there is none"
    )
    after_failure: Literal["restart", "stop"] = Field(
        "restart", description="after a verdict the account is given anew, or the bot stays out"
    )
    output: str | None = Field(None, min_length=1, description="folder for the files; null = a new one for this run")
    quiet: bool = Field(False, description="print nothing, only leave the files")

    @property
    def guard_ms(self) -> int | None:
        """How often the guard looks; None without one."""
        return None if self.guard is None else milliseconds(self.guard)

    @property
    def restart(self) -> bool:
        """Whether a verdict is followed by a fresh account."""
        return self.after_failure == "restart"


def run(bot: Bot) -> int:
    """Backtest, rehearse, compare, tell. 0 when the bot has behaved, 1 when a figure is red. Raises RunnerError for what cannot run."""
    options, began = Options(**bot.options), time.perf_counter()
    sworn(options)
    folder = destination(bot, options)
    shown = show(bot, options.bars, options.history, None if options.end is None else midnight_ms(options.end) + DAY_MS)
    with announced():
        expected = backtest(bot, shown, restart=options.restart)
    folder.mkdir(parents=True, exist_ok=True)
    venue, log, kills = played(bot, options, shown, folder)
    with LiveJournal.open(folder / "journal.db", account=bot.account.name, read_only=True) as journal:
        ledger = rebuilt(bot, shown.streams, journal, restart=options.restart)
    page = told(bot, options, shown, expected, Seen(ledger=ledger, venue=venue, log=log, kills=kills), folder) | {
        "seconds": round(time.perf_counter() - began, 3)
    }
    leave(folder, page, log)
    rehearsed(bot, page, folder)
    if not options.quiet:
        screen(page, folder)
    return 0 if page["rehearsal"]["good"] else 1


def sworn(options: Options) -> None:
    """A guard keeps one account; it does not follow to the next one."""
    if options.guard is not None and options.restart:
        message = "a guard keeps one account, so nothing can follow a verdict: mode.after_failure=stop"
        raise ConfigError("this cannot be rehearsed", [Problem(path="mode.guard", message=message)])


def destination(bot: Bot, options: Options) -> Path:
    """Where the files go; one that was asked for is refused when a run is in it."""
    if options.output is None:
        return fresh(bot.folder, FILES)
    usable(bot.folder, FILES)
    return bot.folder


def backtest(bot: Bot, shown: Show, *, restart: bool) -> Outcome:
    """The same bars in the machine. The exchange takes the machine's own path inside bars, so nothing is judged harder than it was."""
    failure = "restart" if restart else "stop"
    account = bot.account
    return Machine(streams=shown.streams, book=account.book, costs=bot.costs, gate=account.gate, after_failure=failure, harder=False).run()


def played(bot: Bot, options: Options, shown: Show, folder: Path) -> tuple[VenueState, list[dict[str, Any]], dict[str, int]]:
    """Let the bot trade until the bars are over: (how the exchange stands then, its log, kills by stage)."""
    job = Job(bot=bot, folder=folder, history=options.history, restart=options.restart)
    with served(service(bot, shown, faults=options.faults, seed=options.seed)) as exchange:
        stage = Stage(job, exchange, options.kills, options.seed)
        try:
            with Progress(shown.count, quiet=options.quiet) as progress, watched(job, exchange, options.guard_ms):
                stage.play(progress.seen)
        finally:
            stage.stop()
        return exchange.call(lambda: last_state(exchange.core)), list(exchange.core.state.log), dict(stage.kills)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came of the rehearsal: the ledger out of the journal, the exchange's state and log, kills by stage."""

    ledger: Rebuilt
    venue: VenueState
    log: list[dict[str, Any]]
    kills: dict[str, int]


def told(bot: Bot, options: Options, shown: Show, expected: Outcome, seen: Seen, folder: Path) -> dict[str, Any]:
    """The summary."""
    ledger = seen.ledger
    opens = {tape.symbol: tape.open_time for tape in shown.replay.tapes}
    follower, until = ledger.follower, shown.ends_ms
    parity = {
        "decisions": compared(
            decisions(expected.plans, expected.decisions, expected.symbols, expected.strategies, until),
            decisions(ledger.plans, ledger.decisions, follower.symbols, follower.strategies, until),
            "decision",
        ),
        "fills": compared(
            fills(expected.fills, expected.symbols, opens, until), fills(ledger.fills, follower.symbols, opens, until), "fill"
        ),
    }
    measured = figures(seen.log, ledger.booked, ledger.wanted)
    guard = seen_by_guard(folder)
    calm = options.faults == "none" and not (guard and guard["acts"])
    section = rehearsal(parity, measured, ledger, state_differs(ledger, seen.venue), seen.kills, calm=calm)
    hashed = config_hash(bot.settings, bot.account.book, shown.streams, bot.code)
    section["process"] = json.loads((folder / "bot.json").read_text(encoding="utf-8"))
    section["guard"] = guard
    section["rebuilt"] = (folder / "bot.state").read_bytes() == ledger.follower.state()
    section["good"] = section["good"] and section["rebuilt"]
    return {
        **identity(bot),
        "bars": shown.count,
        "symbols": list(follower.symbols),
        "faults": options.faults,
        "seed": options.seed,
        "rehearsal": section,
        "config_hash": hashed,
    }


@dataclass
class Progress:
    """A bar on the terminal; nothing where there is none."""

    count: int
    quiet: bool
    shown: Any = field(default=None)

    def __enter__(self) -> Self:
        """Draw, where somebody looks."""
        if sys.stderr.isatty() and not self.quiet:
            from rich.console import Console
            from rich.progress import Progress as Bars

            self.shown = Bars(console=Console(stderr=True), transient=True)
            self.shown.start()
            self.shown.add_task("bars", total=self.count)
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the bar."""
        if self.shown is not None:
            self.shown.stop()

    def seen(self, count: int) -> None:
        """So many bars were shown."""
        if self.shown is not None:
            self.shown.update(self.shown.task_ids[0], completed=count)
