"""Backtest: run a strategy under an account's rules on stored bars, print the verdict, leave the files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from runner.machine import Machine
from runner.mode.compiling import announced
from runner.mode.replay import settled
from runner.model.bot import Bot, Strategy
from runner.model.duration import DAY_MS
from runner.model.errors import DataError, Problem
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.pipeline import between, load, look, plan
from runner.report.files import FILES, leave
from runner.report.folder import fresh, usable
from runner.report.stopwatch import Stopwatch
from runner.report.summary import summary


def iso_date(text: str) -> str:
    """The text itself when it is a calendar date; ValueError otherwise."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected a date such as '2024-01-31', was {text!r}") from None
    return text


Date = Annotated[str, AfterValidator(iso_date)]


class Options(BaseModel):
    """What `mode.…` may say of a backtest."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: Literal["backtest"] = "backtest"
    after_failure: Literal["stop", "restart"] = Field(
        "stop", description="after a failed phase the run ends, or the account is bought again"
    )
    start: Date | None = Field(None, description="first day traded, UTC; null = as far back as the bars go")
    end: Date | None = Field(None, description="last day traded, UTC, inclusive; null = until the bars end")
    output: str | None = Field(None, min_length=1, description="folder for the files; null = a new one for this run")
    report: bool = Field(True, description="leave report.html, a page for people, beside the files")
    quiet: bool = Field(False, description="print nothing, only leave the files")

    @field_validator("end")
    @classmethod
    def _in_order(cls, end: str | None, info: ValidationInfo) -> str | None:
        """Refuses an end before the start; said at `mode.end`, where one of the two stands."""
        start = info.data.get("start")
        if start and end and end < start:
            raise ValueError(f"expected a day on or after mode.start, {start!r}, was {end!r}; are the two the wrong way round?")
        return end

    def start_ms(self) -> int | None:
        """First instant traded, UTC ms."""
        return None if self.start is None else midnight_ms(self.start)

    def end_ms(self) -> int | None:
        """Last instant traded, UTC ms: the midnight that ends the last day."""
        return None if self.end is None else midnight_ms(self.end) + DAY_MS


class Span(Protocol):
    """Options of a mode that trades a stretch of the bars."""

    @property
    def start(self) -> str | None:
        """First day."""

    @property
    def end(self) -> str | None:
        """Last day."""

    @property
    def output(self) -> str | None:
        """Folder for the files."""

    def start_ms(self) -> int | None:
        """First instant traded, UTC ms."""

    def end_ms(self) -> int | None:
        """Last instant traded, UTC ms."""


def midnight_ms(day: str) -> int:
    """UTC milliseconds at which the day begins."""
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).timestamp() * 1000)


def run(bot: Bot) -> int:
    """Load, compile, execute, report. 0 also when the account failed: that is a result. Raises RunnerError for what cannot run."""
    options, watch = Options(**bot.options), Stopwatch()
    folder = destination(bot, options)
    streams = [stream for strategy in bot.strategies for stream in compiled(bot, options, strategy, watch)]
    tradable(streams, options)
    with watch.stage("machine"), announced():
        outcome = play(bot, options, streams)
    page = report(bot, outcome, streams, folder, watch)
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
