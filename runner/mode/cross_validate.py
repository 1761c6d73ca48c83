"""Cross-validate: hold out every combination of groups of days, choose the best trial on the rest, judge it on what was held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator

from runner.mode.backtest import destination
from runner.mode.compiling import announced
from runner.mode.overfit import several
from runner.mode.progress import Progress
from runner.mode.studying.options import Study, known
from runner.mode.studying.trials import Compiled, Result, Segment, compiled, days_of, judge_all, span, trials_of, year_of
from runner.model.bot import Bot
from runner.model.duration import DAY_MS, milliseconds
from runner.model.errors import DataError, Problem
from runner.model.terms import Duration
from runner.report.files import FILES as BACKTEST
from runner.report.stopwatch import Stopwatch
from runner.report.study.about import about
from runner.report.study.cross_validate import terminal
from runner.report.study.cross_validate.found import CrossValidated
from runner.report.study.cross_validate.html import html
from runner.report.study.cross_validate.page import page
from runner.report.study.cross_validate.tables import TABLES, tables
from runner.report.study.files import leave, names
from runner.study.crossed import Crossed
from runner.study.paths import Part, Split, best, edges, splits

TRIALS = True
SWEEPS = False
EMBARGO = 100  # without a word the embargo is one of so many parts of the days, as in the book
FIXED = "each group is a new account, flat at its beginning and closed at its end; a path adds up its groups"
SAME_MARKET = "paths share days and trials: they are not as many independent histories, and one market made them all"

type Asked = tuple[int, Part]  # a trial on a part


class Options(Study):
    """What `mode.…` may say of it."""

    name: Literal["cross_validate"] = "cross_validate"
    groups: int = Field(6, ge=2, le=100, description="groups of days, as long as each other")
    held: int = Field(2, ge=1, le=50, description="how many of them are held out at a time; each way to do it is a split")
    purge: Duration | None = Field(
        None,
        description="cut from what is learnt on before a group held out, 5d; null = from the first trade on that reaches into it",
    )
    embargo: Duration | None = Field(
        None, description="cut from what is learnt on after a group held out, 5d; null = a hundredth of the days"
    )

    @field_validator("held")
    @classmethod
    def _splits(cls, held: int, info: ValidationInfo) -> int:
        """Refuses what makes no splits, or too many; said at `mode.held`, which is the easier one to change."""
        if "groups" in info.data:
            splits(info.data["groups"], held)
        return held


def run(bot: Bot) -> int:
    """Compile every trial, judge it on every part, choose in every split, report. Raises RunnerError for what cannot be compared."""
    options, watch = Options(**bot.options), Stopwatch()
    several(bot)
    folder = destination(bot, options, (*names("cross_validate", tuple(TABLES)), *BACKTEST))
    with Progress() as progress:
        trials = compiled(trials_of(bot), watch, progress.told("trials compiled"))
        whole = span(trials, options.start_ms(), options.end_ms())
        groups, embargo = divided(whole, options)
        with watch.stage("machine"), announced():
            crossed = cross(trials, groups, embargo, options, progress.told)
    told = about(
        bot,
        "cross_validate",
        [(each.trial, each.streams) for each in trials],
        options.objectives(),
        whole,
        (SAME_MARKET, FIXED, *known(trials)),
    )
    found = CrossValidated(about=told, crossed=crossed, held=options.held, purge=options.purge, embargo_days=embargo / DAY_MS)
    made = page(found)
    with watch.stage("report"):
        leave(folder, bot, made, lambda: html(found, made), tables(found), watch)
    if not options.quiet:
        terminal.show(found, made, folder)
    return 0


def divided(whole: Segment, options: Options) -> tuple[tuple[Segment, ...], int]:
    """The groups, whole days each, and the embargo in milliseconds. DataError where a group would be empty, or cut away."""
    days = round(whole.days)
    embargo = milliseconds(options.embargo) if options.embargo else -(-days // EMBARGO) * DAY_MS
    shortest = days // options.groups
    if shortest < 1:
        message = f"{days} days are too few for {options.groups} groups"
        raise DataError("the days cannot be grouped", [Problem(path="mode.groups", message=message)])
    purge = milliseconds(options.purge) if options.purge else 0
    if embargo + purge >= shortest * DAY_MS:
        name, cut = ("mode.embargo", embargo) if embargo >= purge else ("mode.purge", purge)
        message = f"{cut / DAY_MS:g} days leave nothing of a group of {shortest} days; expected less, or fewer groups"
        raise DataError("the days cannot be grouped", [Problem(path=name, message=message)])
    at = whole.start_ms + edges(0, days, options.groups) * DAY_MS
    return tuple(Segment(start_ms=int(first), end_ms=int(last)) for first, last in pairwise(at)), embargo


def cross(trials: Sequence[Compiled], groups: Sequence[Segment], embargo: int, options: Options, told: Callable[[str], object]) -> Crossed:
    """Judge every trial on every group and on what is left of it beside groups held out, then choose in every split."""
    made = splits(options.groups, options.held)
    found = judged(trials, groups, made, embargo, options, told)
    whole = tuple(tuple(found[trial, Part(group)] for group in range(len(groups))) for trial in range(len(trials)))
    days = days_of(trials, Segment(start_ms=groups[0].start_ms, end_ms=groups[-1].end_ms))
    different(whole, days)
    picked = [picked_in(split, found, len(trials)) for split in made]
    return Crossed(
        groups=tuple(groups),
        splits=made,
        results=whole,
        days=days,
        chosen=np.array([trial for trial, _ in picked], np.int64),
        inside=np.array([score for _, score in picked]),
        purged=sum(
            part.purged and found[trial, part] is not found[trial, Part(part.group, embargoed=part.embargoed)] for trial, part in found
        ),
        year=year_of(trials),
    )


def judged(
    trials: Sequence[Compiled],
    groups: Sequence[Segment],
    made: Sequence[Split],
    embargo: int,
    options: Options,
    told: Callable[[str], object],
) -> Mapping[Asked, Result]:
    """Every trial on every whole group and every part that a split learns on. What nothing is cut from is the whole group's own result."""
    parts = sorted({part for split in made for part in split.learnt})
    uncut = sorted({Part(group) for group in range(len(groups))} | {Part(part.group, embargoed=part.embargoed) for part in parts})
    asked = {(trial, part): opened(groups[part.group], part, embargo) for part in uncut for trial in range(len(trials))}
    found = played(trials, asked, options, told("trials on groups"))
    cut: dict[Asked, Segment] = {}
    for part in parts:
        for trial in range(len(trials)) if part.purged else ():
            before = (trial, Part(part.group, embargoed=part.embargoed))
            rest = purged(asked[before], found[before], options.purge)
            if rest == asked[before]:
                found[trial, part] = found[before]
            else:
                cut[trial, part] = rest
    return found | played(trials, cut, options, told("trials on what is left of them"))


def opened(group: Segment, part: Part, embargo: int) -> Segment:
    """The group, after the embargo where there is one."""
    return Segment(start_ms=group.start_ms + embargo, end_ms=group.end_ms) if part.embargoed else group


def purged(segment: Segment, result: Result, purge: str | None) -> Segment:
    """The segment without its end: up to the first trade that was open there, or shorter by `purge`."""
    if purge is not None:
        return Segment(start_ms=segment.start_ms, end_ms=segment.end_ms - milliseconds(purge))
    return Segment(start_ms=segment.start_ms, end_ms=result.held_from) if result.held_from else segment


def played(trials: Sequence[Compiled], asked: Mapping[Asked, Segment], options: Options, told: object) -> dict[Asked, Result]:
    """All of them, several at a time."""
    wanted = [(trials[trial], segment) for (trial, _), segment in asked.items()]
    made = judge_all(wanted, options.objectives(), told, options.threads) if wanted else []  # type: ignore[arg-type]
    return dict(zip(asked, made, strict=True))


def picked_in(split: Split, found: Mapping[Asked, Result], trials: int) -> tuple[int, float]:
    """The trial that is best on what a split learns on, and its first objective there."""
    scores = np.array([[found[trial, part].score for part in split.learnt] for trial in range(trials)])
    weights = np.array([max(1, len(found[0, part].days)) for part in split.learnt], np.float64)
    trial, score = best(scores, weights)
    return trial, score[0]


def different(results: Sequence[Sequence[Result]], days: NDArray[np.int64]) -> None:
    """Refuse trials that never trade, or that are all the same."""
    series = [np.sum([each.on(days) for each in row], axis=0) for row in results]
    if not any(each.any() for each in series):
        raise DataError("there is nothing to compare", [Problem(path="trials", message=f"none of {len(series)} ever traded")])
    if len({each.tobytes() for each in series}) < 2:
        message = f"expected at least 2 that trade on different days; all {len(series)} are the same"
        raise DataError("there is nothing to compare", [Problem(path="trials", message=message)])
