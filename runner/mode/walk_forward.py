"""Walk-forward: choose the best trial on the past, judge it on what comes after, window after window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from runner.mode.backtest import destination
from runner.mode.compiling import announced
from runner.mode.progress import Progress
from runner.mode.studying.options import Days, Study, known
from runner.mode.studying.trials import Compiled, Segment, compiled, days_of, judge_all, span, trials_of, year_of
from runner.model.bot import Bot
from runner.model.duration import DAY_MS, milliseconds
from runner.model.errors import DataError, Problem
from runner.report.stopwatch import Stopwatch
from runner.report.study import files
from runner.report.study.about import About, about
from runner.report.study.walk import screen
from runner.report.study.walk.html import html
from runner.report.study.walk.page import TABLES, page, tables
from runner.study.segment import Window
from runner.study.walked import Walked
from runner.study.windows import TRAIN_TESTS, WINDOWS, divided, spaced

MODE = "walk_forward"
TRIALS = True
SWEEPS = False
FILES = files.names(MODE, TABLES)


class Options(Study):
    """What `mode.…` may say of a walk-forward."""

    name: Literal["walk_forward"] = "walk_forward"
    anchored: bool = Field(False, description="every train begins with the data and grows; false = it moves along with its test")
    windows: int | None = Field(
        None, ge=1, le=1_000, description="how many windows the data is divided into; null = 5, or what train and test say"
    )
    train: Days | None = Field(None, description="days settings are chosen on, 180d; null = three times the test")
    test: Days | None = Field(None, description="days they are judged on, 60d; null = a third of the train")
    embargo: Days | None = Field(None, description="days between a train and its test that belong to neither, 5d; null = none")

    @field_validator("train", "test")
    @classmethod
    def _one_way(cls, length: str | None, info: ValidationInfo) -> str | None:
        """Refuses two ways of dividing at once."""
        if length is not None and info.data.get("windows") is not None:
            raise ValueError(f"expected a number of windows or their lengths, was both, {length!r} beside mode.windows; leave one out")
        return length

    def divided(self, whole: Segment) -> tuple[Window, ...]:
        """The windows of these days; () where not one fits."""
        embargo = milliseconds(self.embargo) if self.embargo else 0
        if not self.train and not self.test:
            return divided(whole, self.windows or WINDOWS, anchored=self.anchored, embargo_ms=embargo)
        train, test = (milliseconds(text) if text else 0 for text in (self.train, self.test))
        lengths = (train or TRAIN_TESTS * test, test or max(DAY_MS, train // TRAIN_TESTS // DAY_MS * DAY_MS))
        return spaced(whole, *lengths, anchored=self.anchored, embargo_ms=embargo)


def run(bot: Bot) -> int:
    """Compile every trial once, judge all of them in every window, choose, report. Raises RunnerError for what cannot run."""
    options, watch = Options(**bot.options), Stopwatch()
    folder = destination(bot, options, FILES)
    with Progress() as progress:
        trials = compiled(trials_of(bot), watch, progress.told("trials compiled"))
    windows = windows_of(trials, options)
    with watch.stage("machine"), announced(), Progress() as progress:
        walked = walk(trials, windows, options, progress)
    with watch.stage("report"):
        said = told_of(bot, trials, walked, options)
        whole = page(
            said, walked, anchored=options.anchored, embargo_days=milliseconds(options.embargo) // DAY_MS if options.embargo else 0
        )
        files.leave(folder, bot, whole, lambda: html(said, walked), tables(said, walked), watch)
    if not options.quiet:
        screen.show(said, walked, folder)
    return 0


def windows_of(trials: Sequence[Compiled], options: Options) -> tuple[Window, ...]:
    """The windows; DataError where the bars are too few for them, or one has no bar in it."""
    whole = span(trials, options.start_ms(), options.end_ms())
    windows = options.divided(whole)
    if not windows:
        raise DataError("the bars are too few for these windows", [Problem(path=f"mode.{asked(options)}", message=too_few(whole, options))])
    empty = [
        f"the {name} of window {number} has no bar"
        for number, window in enumerate(windows, 1)
        for name, part in (("train", window.train), ("test", window.test))
        if not len(days_of(trials, part))
    ]
    if empty:
        raise DataError(
            "the windows are too short for these bars", [Problem(path=f"mode.{asked(options)}", message=line) for line in empty]
        )
    return windows


def asked(options: Options) -> str:
    """The option that says how long windows are."""
    return "train" if options.train else "test" if options.test else "windows"


def too_few(whole: Segment, options: Options) -> str:
    """What was expected of the bars and what there is."""
    more = f" and {options.embargo} between them" if options.embargo else ""
    if options.train or options.test:
        lengths = " and ".join(f"{text} of {name}" for name, text in (("train", options.train), ("test", options.test)) if text)
        return f"expected bars of at least {lengths}{more}, there are {whole.days:,.0f} whole days"
    count = options.windows or WINDOWS
    return f"{count} windows need at least {count + TRAIN_TESTS} whole days{more}, there are {whole.days:,.0f}; fewer windows need less"


def walk(trials: Sequence[Compiled], windows: Sequence[Window], options: Options, progress: Progress) -> Walked:
    """Every trial judged on both parts of every window; an anchored train and others are runs of their own."""
    parts = [part for window in windows for part in (window.train, window.test)]
    asked_for = [(trial, part) for part in parts for trial in trials]
    results = judge_all(asked_for, options.judged_by(), progress.told("runs"), options.threads)
    rows = [tuple(results[first : first + len(trials)]) for first in range(0, len(results), len(trials))]
    return Walked(
        values=tuple(trial.values for trial in trials),
        windows=tuple(windows),
        train=tuple(rows[::2]),
        test=tuple(rows[1::2]),
        year=year_of(trials),
    )


def told_of(bot: Bot, trials: Sequence[Compiled], walked: Walked, options: Options) -> About:
    """Who was studied, and what a reader must know."""
    pairs = [(trial.trial, trial.streams) for trial in trials]
    whole = span(trials, options.start_ms(), options.end_ms())
    return about(bot, MODE, pairs, options.judged_by(), whole, [*noted(walked, whole), *known(trials)])


def noted(walked: Walked, whole: Segment) -> Iterator[str]:
    """What of the walk itself is to be minded."""
    if len(walked.values) == 1:
        yield "there is one trial, so nothing is chosen: swept values make trials, strategy.entry.fast=8,13,21"
    if walked.windows[-1].test.end_ms < whole.end_ms:
        left = (whole.end_ms - walked.windows[-1].test.end_ms) // DAY_MS
        yield f"the last {left} day{'s' if left > 1 else ''} are in no window, because they are too few for another test"
    doubtful = sum(int(each.page["ambiguous"]["counted_failed"]) for each in walked.out_of_sample.made if each.page)
    if doubtful:
        yield f"{doubtful} ambiguous verdict(s) of the tests counted as failed: only the order of prices inside a bar could tell"
