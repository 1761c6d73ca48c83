"""Challenge: begin the account's program on every day of the data; how often is it passed, what ends it, what is it worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from threading import Event
from typing import Annotated, Literal

from pydantic import Field, field_validator

from runner.histories.play import Wanted, histories
from runner.mode.backtest import compiled, destination, tradable
from runner.mode.compiling import announced
from runner.mode.judged import Judged
from runner.mode.progress import Progress
from runner.mode.replay import taken_apart
from runner.mode.span import Span
from runner.model.bot import Bot
from runner.model.errors import DataError, Problem, RunnerError
from runner.model.stream import Stream
from runner.odds.challenge import Question, challenge
from runner.odds.curve import own_risk
from runner.odds.engine import Stage, every_day
from runner.odds.halt import noted
from runner.odds.reading import goal
from runner.odds.restart import Restartable
from runner.odds.results import Challenge
from runner.report.files import FILES as BACKTEST
from runner.report.odds import files, terminal
from runner.report.stopwatch import Stopwatch
from runner.report.summary import strategy_name
from runner.report.warnings import of_data, of_readings

FILES = files.FILES

Risk = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]

RESUMES = True  # as a job of a sweep: its page says by config_hash what it is of


class Options(Judged, Span):
    """What `mode.…` may say of a challenge."""

    name: Literal["challenge"] = "challenge"
    risks: list[Risk] | None = Field(
        None,
        description="risks per trade to compare, [0.005, 0.01]; multiples of its size for a strategy that does not size by risk; [] = none",
    )
    curve_starts: int = Field(250, ge=10, description="on how many of the starts, evenly spread, they are compared")
    accounts: int = Field(3, ge=1, le=100, description="how many accounts are bought one after another before giving up, for the ruin odds")
    histories: int = Field(200, ge=0, le=1_000_000, description="histories drawn from the past, for odds beyond the one there is; 0 = none")
    block: float = Field(30.0, gt=0, le=100_000, allow_inf_nan=False, description="mean length of the blocks they are drawn in, days")
    seed: int = Field(1, ge=0, description="of everything that is drawn at random")
    threads: int | None = Field(
        None, ge=1, le=256, description="how many starts or histories are played at once; null = one for each processor"
    )
    report: bool = Field(True, description="leave challenge.html, a page for people, beside the files")
    quiet: bool = Field(False, description="print nothing, only leave the files")

    @field_validator("risks")
    @classmethod
    def _distinct(cls, risks: list[float] | None) -> list[float] | None:
        return None if risks is None else sorted(set(risks))


def run(bot: Bot) -> int:
    """Load, compile once, play every start, report. Raises RunnerError for what cannot run."""
    options, watch, halt = Options(**bot.options), Stopwatch(), Event()
    last = to_pass(bot)
    folder = destination(bot, options, tuple(dict.fromkeys((*FILES, *BACKTEST))))
    streams = [stream for strategy in bot.strategies for stream in compiled(bot, options, strategy, watch)]
    tradable(streams, options)
    with watch.stage("machine"), announced():
        stage = staged(bot, streams, options, halt)
        sizable(stage, options)
        starts = every_day(stage.machine)
        if not len(starts):
            raise DataError("there is no day to start on", [Problem(path="bars", message="expected bars of at least one whole day")])
        asked = Question(
            account=bot.account,
            strategy=strategy_name(bot),
            last=last,
            risks=options.risks,
            curve_starts=options.curve_starts,
            accounts=options.accounts,
            seed=options.seed,
        )
    with noted(halt):
        with watch.stage("machine"), Progress() as progress:
            found = challenge(stage, starts, asked, progress.told)
        with watch.stage("histories"), Progress() as progress:
            found = beyond(bot, options, found, progress, halt)
        known = (*of_data(bot, stage.machine.missing_funding(), streams), *of_readings(bot.account.book))
        missing = cut_short(found, options) if halt.is_set() else ()
        said = tuple(dict.fromkeys((*found.warnings, *missing, *known)))
        found = replace(found, warnings=said, interrupted=halt.is_set())
        page = files.leave(folder, bot, found, streams, watch)
        if not options.quiet:
            terminal.show(found, page, folder)
    if halt.is_set():
        raise KeyboardInterrupt  # what was done is kept; the rest of a sweep is not begun
    return 0


def cut_short(found: Challenge, options: Options) -> tuple[str, ...]:
    """What is missing of a challenge that was stopped, besides starts."""
    said = []
    if options.risks != [] and (found.curve is None or found.curve.stopped):
        said.append("stopped before every risk size was run")
    if options.histories and (found.histories is None or found.histories.stopped):
        drawn = found.histories.drawn if found.histories else 0
        said.append(f"stopped after {drawn:,} of {options.histories:,} histories")
    return tuple(said)


def beyond(bot: Bot, options: Options, found: Challenge, progress: Progress, halt: Event) -> Challenge:
    """The results with the odds over drawn histories; why there are none is said among the warnings."""
    if not options.histories or halt.is_set():
        return found
    wanted = Wanted(histories=options.histories, seed=options.seed, days=options.block, threads=options.threads)
    try:
        made = histories(bot, wanted, (options.start_ms(), options.end_ms()), progress.told("histories"), halt)
    except DataError as missing:
        why = "; ".join([missing.title, *(problem.line() for problem in missing.problems)])
        return replace(found, warnings=(*found.warnings, f"no histories were drawn: {why}"))
    return replace(found, histories=made)


def to_pass(bot: Bot) -> int:
    """The last phase with a target; refuses an account that has none."""
    last = goal(bot.account.book)
    if last is None:
        stands = f"account {bot.account.name} has no profit target from its phase {bot.account.phase} on"
        raise RunnerError(f"{stands}, so there is nothing to pass; choose the account of an evaluation")
    return last


def staged(bot: Bot, streams: Sequence[Stream], options: Options, halt: Event) -> Stage:
    """The tape as it is, and how it is made anew where a bar is taken apart."""

    def build(tape: Sequence[Stream]) -> Restartable:
        return Restartable(streams=tape, book=bot.account.book, costs=bot.costs, gate=bot.account.gate)

    def finer(stream: Stream, moment: int) -> Stream:
        return taken_apart(stream, moment, bot.source)

    return Stage(machine=build(streams), streams=streams, build=build, finer=finer, threads=options.threads, halt=halt)


def sizable(stage: Stage, options: Options) -> None:
    """Refuse risks of more than everything; a strategy that does not size by risk takes multiples."""
    risk = own_risk(stage.machine.world)
    if not math.isnan(risk) and options.risks and options.risks[-1] > 1:
        message = f"expected risks as fractions, 0.01 = 1 %, was {options.risks[-1]:g}"
        raise DataError("these sizes cannot be compared", [Problem(path="mode.risks", message=message)])
