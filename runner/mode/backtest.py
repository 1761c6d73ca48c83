"""Backtest: run a strategy under an account's rules on stored bars, print the verdict, leave the files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from runner.machine import Machine
from runner.mode.compiling import announced
from runner.mode.judged import Judged
from runner.mode.recording import backtested
from runner.mode.replay import settled
from runner.mode.span import Span
from runner.model.bot import Bot, Strategy
from runner.model.errors import DataError, Problem
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.pipeline import between, load, look, plan
from runner.report.analysis.settings import Analysis
from runner.report.files import FILES, leave
from runner.report.folder import fresh, usable
from runner.report.stopwatch import Stopwatch
from runner.report.summary import summary

RESUMES = True  # as a job of a sweep: its page says by config_hash what it is of


class Options(Judged, Span):
    """What `mode.…` may say of a backtest."""

    name: Literal["backtest"] = "backtest"
    after_failure: Literal["stop", "restart"] = Field(
        "stop", description="after a failed phase the run ends, or the account is bought again"
    )
    report: bool = Field(
        True, description="leave report.html, a page for people, and trades_tax.csv beside the files, and the analysis in the summary"
    )
    analysis: Analysis = Field(default_factory=Analysis, description="what summary and report say beyond the figures")
    quiet: bool = Field(False, description="print nothing, only leave the files")


def run(bot: Bot) -> int:
    """Load, compile, execute, report. 0 also when the account failed: that is a result. Raises RunnerError for what cannot run."""
    options, watch = Options(**bot.options), Stopwatch()
    folder = destination(bot, options)
    streams = [stream for strategy in bot.strategies for stream in compiled(bot, options, strategy, watch)]
    tradable(streams, options)
    with watch.stage("machine"), announced():
        outcome = play(bot, options, streams)
    page = report(bot, outcome, streams, folder, watch)
    backtested(bot, page, folder)
    if not options.quiet:
        show(page, folder, outcome)
    return 0


def destination(bot: Bot, options: Span, names: tuple[str, ...] = FILES) -> Path:
    """Where the files go: the bot's folder. One that was asked for is refused when no run may be left in it; else a new one is found.

    names: of the files that make a folder hold a run.
    """
    if options.output is None:
        return fresh(bot.folder, names)
    usable(bot.folder, names)
    return bot.folder


def compiled(bot: Bot, options: Span, strategy: Strategy, watch: Stopwatch) -> list[Stream]:
    """The strategy's streams, in the order of its symbols."""
    with watch.stage("load"):
        loaded = load(strategy, bot.source, bot.account.currency)
    with watch.stage("columns"):
        opinions = [look(strategy, each.market) for each in loaded]
    with watch.stage("plans"):
        made = [plan(strategy, opinion, each) for opinion, each in zip(opinions, loaded, strict=True)]
        return [between(stream, options.start_ms(), options.end_ms()) for stream in made]


def tradable(streams: list[Stream], options: Span) -> None:
    """Refuse a run without a single bar."""
    if not any(len(stream.execution) for stream in streams):
        span = f"from {options.start or 'the first bar'} to {options.end or 'the last bar'}"
        raise DataError("there are no bars to trade on", [Problem(path=stream.symbol, message=f"has none {span}") for stream in streams])


def play(bot: Bot, options: Options, streams: list[Stream]) -> Outcome:
    """What happened on these bars under the account's rules; verdicts that hang on the order inside a bar are replayed."""

    def once(tape: Sequence[Stream]) -> Outcome:
        book, failure = bot.account.book, options.after_failure
        return Machine(streams=tape, book=book, costs=bot.costs, gate=bot.account.gate, after_failure=failure).run()

    return settled(once, streams, bot.source)


def report(bot: Bot, outcome: Outcome, streams: list[Stream], folder: Path, watch: Stopwatch) -> dict[str, Any]:
    """Write the files; returns the summary as written, its own time included."""
    with watch.stage("report"):
        page = summary(bot, outcome, streams, watch.seconds())
        leave(folder, bot, outcome, streams, page, watch)
    return page


def show(page: dict[str, Any], folder: Path, outcome: Outcome) -> None:
    """Print the summary and a line of equity."""
    from runner.report import terminal

    terminal.show(page, folder, curve=outcome.equity["close"])
