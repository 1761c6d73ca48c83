"""Overfit: how likely the best of many trials is only the luckiest one. Probability of backtest overfitting, deflated Sharpe ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from runner.mode.backtest import destination
from runner.mode.compiling import announced
from runner.mode.progress import Progress
from runner.mode.studying.options import Study, known
from runner.mode.studying.trials import Result, compiled, days_of, judge_all, span, trials_of, year_of
from runner.model.bot import Bot
from runner.model.errors import ConfigError, DataError, Problem
from runner.report.files import FILES as BACKTEST
from runner.report.objective import Objective
from runner.report.stopwatch import Stopwatch
from runner.report.study.about import About, about
from runner.report.study.files import leave, names
from runner.report.study.overfit import terminal
from runner.report.study.overfit.found import Overfitted, Try
from runner.report.study.overfit.html import html
from runner.report.study.overfit.page import page
from runner.report.study.overfit.tables import TABLES, tables
from runner.study.deflated import deflate
from runner.study.overfit import MOST_BLOCKS, Name, cscv
from runner.study.sharpe import sharpe

TRIALS = True
SWEEPS = False
MEASURES: dict[str, Name] = {"metrics.sharpe": "sharpe", "net_profit": "profit"}
LEAST_DAYS = 2  # in a block
FEW_DAYS = 60
FEW = (
    "the best try's account moved on only {} days: of so few no Sharpe ratio says much, and losses too rare to have come count for nothing"
)
NOBODY_KNOWS = "the tries were judged on the same days they were chosen on; only days to come are days nobody has looked at"
COSTS = (
    "costs make bad tries lose in every block alike: that keeps their order and lowers the probability of overfitting without any of them "
    "being good; look at the losses out of sample and at the Sharpe ratio as well"
)


class Options(Study):
    """What `mode.…` may say of it."""

    name: Literal["overfit"] = "overfit"
    blocks: int = Field(
        16, ge=2, le=MOST_BLOCKS, description="blocks the days are cut into, even; each way to take half of them is a split"
    )
    tried: int = Field(0, ge=0, le=10_000_000, description="tries made before this study, by hand or by machine; they count as well")

    @field_validator("blocks")
    @classmethod
    def _even(cls, blocks: int) -> int:
        """Halves are of equal size."""
        if blocks % 2:
            raise ValueError(f"expected an even number of blocks, so that halves can be taken, was {blocks}")
        return blocks

    @field_validator("objective")
    @classmethod
    def _daily(cls, words: str | list[str] | None) -> str | list[str] | None:
        """Only what every half of the days has by itself."""
        asked = [words] if isinstance(words, str) else words or []
        if len(asked) > 1 or any(word not in MEASURES for word in asked):
            raise ValueError(f"tries are ranked on halves of the days; expected {' or '.join(MEASURES)}, was {', '.join(asked)!r}")
        return words

    def objectives(self) -> tuple[Objective, ...]:
        """The Sharpe ratio unless the profit is asked for."""
        return (Objective.read(self.objective if isinstance(self.objective, str) else (self.objective or ["metrics.sharpe"])[0]),)


def run(bot: Bot) -> int:
    """Compile every trial, play each over all days, split the days, report. Raises RunnerError for what cannot be compared."""
    options, watch = Options(**bot.options), Stopwatch()
    several(bot)
    folder = destination(bot, options, (*names("overfit", tuple(TABLES)), *BACKTEST))
    with Progress() as progress:
        trials = compiled(trials_of(bot), watch, progress.told("trials compiled"))
        whole = span(trials, options.start_ms(), options.end_ms())
        with watch.stage("machine"), announced():
            results = judge_all([(trial, whole) for trial in trials], (), progress.told("trials played"), options.threads)
    with watch.stage("statistics"):
        told = about(
            bot,
            "overfit",
            [(each.trial, each.streams) for each in trials],
            options.objectives(),
            whole,
            (NOBODY_KNOWS, COSTS, *known(trials)),
        )
        found = compare(told, results, days_of(trials, whole), year_of(trials), options)
    made = page(found)
    with watch.stage("report"):
        leave(folder, bot, made, lambda: html(found, made), tables(found), watch)
    if not options.quiet:
        terminal.show(found, made, folder)
    return 0


def several(bot: Bot) -> None:
    """Refuse a single trial."""
    if len(trials_of(bot)) < 2:
        message = "compares trials, and there is only one; give keys of the strategy several values, strategy.entry.fast=8,12,16"
        raise ConfigError("there is nothing to compare", [Problem(path=f"mode={bot.mode}", message=message)])


def compare(told: About, results: Sequence[Result], days: NDArray[np.int64], year: int, options: Options) -> Overfitted:
    """The statistics. DataError where fewer than two trials traded, or there are too few days for the blocks."""
    series = np.stack([each.on(days) for each in results], axis=1)
    tries, kept = sorted_out(series, results, year)
    enough(kept, tries, len(days), options.blocks)
    compared = series[:, kept]
    luck = deflate(compared, options.tried)
    moved = int(np.count_nonzero(compared[:, luck.best]))
    return Overfitted(
        about=told if moved >= FEW_DAYS else replace(told, warnings=(FEW.format(moved), *told.warnings)),
        year=year,
        tries=tries,
        days=days,
        series=compared,
        overfit=cscv(compared, options.blocks, MEASURES[str(options.objectives()[0])]),
        deflated=luck,
    )


def sorted_out(series: NDArray[np.float64], results: Sequence[Result], year: int) -> tuple[tuple[Try, ...], list[int]]:
    """Every trial as a try, and which are compared: not those that never traded, and of those with equal days only the first."""
    ratios = sharpe(series) * np.sqrt(year)
    tries, kept, seen = [], list[int](), dict[bytes, int]()
    for number, result in enumerate(results):
        twin = seen.setdefault(series[:, number].tobytes(), number)
        why = "never traded" if not series[:, number].any() else "" if twin == number else f"the same days as try {twin + 1}"
        if not why:
            kept.append(number)
        tries.append(
            Try(
                number=number + 1,
                profit=result.profit,
                trades=int(result.page.get("trades", 0)),
                sharpe=float(ratios[number]),
                column=None if why else len(kept) - 1,
                why=why,
            )
        )
    return tuple(tries), kept


def enough(kept: Sequence[int], tries: Sequence[Try], days: int, blocks: int) -> None:
    """Refuse what cannot be split or ranked."""
    if len(kept) < 2:
        idle = sum(each.why == "never traded" for each in tries)
        told = f"expected at least 2 trials that trade on different days; of {len(tries)} {idle} never traded"
        raise DataError(
            "there is nothing to compare", [Problem(path="trials", message=f"{told}, {len(tries) - idle - len(kept)} are the same")]
        )
    if days < LEAST_DAYS * blocks:
        fit = days // LEAST_DAYS // 2 * 2
        wanted = f"; expected an even number up to {fit}" if fit >= 2 else ""
        message = f"{days} days are too few for {blocks} blocks of {LEAST_DAYS} days or more{wanted}"
        raise DataError("the days cannot be split", [Problem(path="mode.blocks", message=message)])
