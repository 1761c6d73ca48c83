"""Sensitivity: how verdict and result change with dearer fees, more slippage and signals that act a bar later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, field_validator

from runner.mode.backtest import destination
from runner.mode.compiling import announced
from runner.mode.progress import Progress
from runner.mode.studying.harder import harder
from runner.mode.studying.options import Study, known
from runner.mode.studying.trials import Compiled, Result, Segment, compiled, judge, played, span, together, trials_of, year_of
from runner.model.bot import Bot
from runner.model.records import Outcome
from runner.model.rules import Code, RuleBook, State
from runner.odds.reading import goal
from runner.pipeline import between
from runner.report.objective import Objective
from runner.report.stopwatch import Stopwatch
from runner.report.study import files
from runner.report.study.about import about
from runner.report.study.sense import screen
from runner.report.study.sense.html import html
from runner.report.study.sense.page import TABLES, page, tables
from runner.study.choice import best
from runner.study.sensitivity import BreakEven, Case, Fate, Sensitivity, Standing, break_even

MODE = "sensitivity"
TRIALS = True
SWEEPS = False
FILES = files.names(MODE, TABLES)
FURTHER_FEES, FURTHER_SLIPPAGE = (5.0, 10.0, 20.0), (20.0, 50.0, 100.0)

Factor = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Bps = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]


class Options(Study):
    """What `mode.…` may say of a sensitivity."""

    name: Literal["sensitivity"] = "sensitivity"
    fees: list[Factor] = Field([0.0, 0.5, 1.0, 1.5, 2.0, 3.0], description="fees times so much, each by itself; 1 is always among them")
    slippage: list[Bps] = Field([0.0, 1.0, 2.0, 5.0, 10.0], description="so many basis points more slippage; 0 is always among them")
    delay: int = Field(1, ge=0, le=100, description="signals act so many bars later; 0 = that is not tried")

    @field_validator("fees", "slippage")
    @classmethod
    def _ascending(cls, given: list[float]) -> list[float]:
        return sorted(set(given))

    def worst(self) -> Case:
        """The dearest, the most slippage and the delay together."""
        return Case(fees=max([1.0, *self.fees]), slippage=max([0.0, *self.slippage]), delay=self.delay)

    def cases(self) -> list[Case]:
        """Every case once, the one as it is first."""
        fees, slippage = ([Case(fees=each) for each in self.fees], [Case(slippage=each) for each in self.slippage])
        return list(dict.fromkeys([Case(), *fees, *slippage, Case(delay=self.delay), self.worst()]))


def run(bot: Bot) -> int:
    """Compile every trial once, play it in every case, find where the best one's profit is gone, report."""
    options, watch = Options(**bot.options), Stopwatch()
    folder = destination(bot, options, FILES)
    with Progress() as progress:
        trials = compiled(trials_of(bot), watch, progress.told("trials compiled"))
    whole, by = span(trials, options.start_ms(), options.end_ms()), options.judged_by()
    with watch.stage("machine"), announced(), Progress() as progress:
        asked = [partial(stands, trial, case, whole, by, year_of(trials)) for trial in trials for case in options.cases()]
        found = together(asked, progress.told("cases"), options.threads)
        size = len(options.cases())
        stood = [found[first : first + size] for first in range(0, len(found), size)]
        order = ranked(stood)
        first = order[0]
        senses = [sense(trials[n], stood[n], options, gone(trials[n], whole) if n == first else None) for n in order]
    with watch.stage("report"):
        ordered = [trials[n] for n in order]
        pairs = [(trial.trial, trial.streams) for trial in ordered]
        said = about(bot, MODE, pairs, by, whole, [*noted(trials, options), *known(trials)])
        files.leave(folder, bot, page(said, senses), lambda: html(said, senses), tables(said, senses), watch)
    if not options.quiet:
        screen.show(said, senses, folder)
    return 0


def ranked(stood: Sequence[Sequence[Standing]]) -> list[int]:
    """The trials, the best as it is first; others in the order of their scores."""
    scores = [each[0].result.score for each in stood]
    first = best(scores) or 0
    rest = sorted((number for number in range(len(stood)) if number != first), key=lambda number: scores[number], reverse=True)
    return [first, *rest]


def stands(trial: Compiled, case: Case, segment: Segment, objectives: Sequence[Objective], year: int) -> Standing:
    """What becomes of a trial in a case: of all accounts together, and of the first one alone."""
    changed = harder(trial, case)
    result = judge(changed, segment, objectives, year=year)
    alone = played(changed, [between(stream, segment.start_ms, segment.end_ms) for stream in changed.streams], "stop")
    fate, rule, ended = became(alone)
    return Standing(case=case, result=result, fate=fate, days=segment.days, rule=rule, ended=ended, passed=passes(result, alone.book))


def passes(result: Result, book: RuleBook) -> int:
    """How many of the accounts bought one after another came through every phase with a target."""
    last = goal(book)
    name = None if last is None else book.phases[last].name
    return sum(phase["phase"] == name and phase["state"] == "passed" for phase in result.page.get("phases", ()))


def became(outcome: Outcome) -> tuple[Fate, str, int]:
    """What became of an account that is bought once: (its fate, the rule that ended it, when).

    An account with a target is passed when its last phase with one is; what is lost after that is no matter of passing.
    """
    last = goal(outcome.book)
    done = outcome.phases[(outcome.phases["state"] == State.PASSED) & (outcome.phases["phase"] == (-1 if last is None else last))]
    lost = outcome.phases[outcome.phases["state"] == State.FAILED]
    if len(done):
        return Fate.PASSED, "", int(done["ended"][0])
    if len(lost):
        return Fate.FAILED, Code(int(lost["code"][0])).name, int(lost["ended"][0])
    return (Fate.KEPT if last is None else Fate.UNDECIDED), "", 0


def gone(trial: Compiled, segment: Segment) -> Callable[[Case], float]:
    """The trial's profit in a case."""

    def profit(case: Case) -> float:
        return judge(harder(trial, case), segment, ()).profit

    return profit


def sense(trial: Compiled, stood: Sequence[Standing], options: Options, profit: Callable[[Case], float] | None) -> Sensitivity:
    """The cases of one trial in order; where its profit is gone only if `profit` can be asked."""
    by = {each.case: each for each in stood}
    base, worst = by[Case()], by[options.worst()]
    fees = tuple(by[case] for case in dict.fromkeys(Case(fees=each) for each in sorted({1.0, *options.fees})))
    slippage = tuple(by[case] for case in dict.fromkeys(Case(slippage=each) for each in sorted({0.0, *options.slippage})))
    none = BreakEven()
    return Sensitivity(
        values=trial.values,
        base=base,
        fees=fees,
        slippage=slippage,
        delay=tuple(by[case] for case in dict.fromkeys([Case(), Case(delay=options.delay)])),
        worst=worst,
        fees_gone=none if profit is None else crossed(lambda x: profit(Case(fees=x)), [(e.case.fees, e) for e in fees], FURTHER_FEES),
        slippage_gone=none
        if profit is None
        else crossed(lambda x: profit(Case(slippage=x)), [(e.case.slippage, e) for e in slippage], FURTHER_SLIPPAGE),
    )


def crossed(profit: Callable[[float], float], stood: Sequence[tuple[float, Standing]], further: Sequence[float]) -> BreakEven:
    """Where the profit is gone."""
    known = [(x, each.result.profit) for x, each in stood]
    return break_even(profit, known, [x for x in further if x > known[-1][0]])


def noted(trials: Sequence[Compiled], options: Options) -> Iterator[str]:
    """What of the cases is to be minded."""
    yield "the verdict is that of one account bought on the first day, result and objective those of all that are bought one after another"
    if options.delay:
        yield LATE
    if all(np.isclose(paid(trial), 0.0) for trial in trials):
        yield "no fees are paid as it is, so dearer ones change nothing"


def paid(trial: Compiled) -> float:
    """The dearest fee of the trial, in basis points or for a lot."""
    costs = trial.bot.costs
    own = [fee for stream in trial.streams for fee in (stream.market.instrument.taker_fee_bps, stream.market.instrument.maker_fee_bps)]
    named = [fee for fee in (costs.taker_fee_bps, costs.maker_fee_bps) if fee is not None]
    return max([*(named or own), costs.fee_per_lot])


LATE = (
    "a late signal's order goes out that many bars after it, with the prices of stop, targets and resting entries as they were made; what"
    " the strategy says bar by bar (exits, cancellations, trail distances) is late as well; orders that lie at the venue are not"
)
