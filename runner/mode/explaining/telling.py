"""The whole answer to `mode=explain`, top to bottom."""

from __future__ import annotations

from collections.abc import Sequence

from runner.mode.explaining.answer import book
from runner.mode.explaining.change import changes
from runner.mode.explaining.fate import fate
from runner.mode.explaining.question import Question
from runner.mode.explaining.reopen import Run
from runner.mode.explaining.sight import bar, entry, filter_reasons, filters, silent
from runner.mode.explaining.wanted import plan
from runner.mode.explaining.wording import BAD, BOLD, DIM, SIDES, Line, Section, wrapped
from runner.model.duration import text
from runner.report.figures import minute

NO_PLAN = -1


def told(run: Run, question: Question) -> tuple[Sequence[Line], Sequence[Section]]:
    """The head, and the sections that have something to say."""
    reasons = question.strategy.entry.explain(question.opinion.market, question.seen)
    answers = filter_reasons(question)
    sections: list[Section | None] = [bar(question.stream, question.row), entry(question.strategy, question.direction, reasons)]
    sections.append(filters(question.strategy, question.direction, answers))
    if question.direction:
        sections.append(plan(question))
    if question.plan != NO_PLAN:
        sections += [book(run, question), fate(run, question)]
    change = [
        *silent([*reasons, *(each for told in answers.values() for each in told)]),
        *([] if question.plan == NO_PLAN else changes(run, question)),
    ]
    if change:
        sections.append(("What would have changed it" if question.direction else "What a signal would have taken", change))
    return head(run, question), [section for section in sections if section is not None]


def head(run: Run, question: Question) -> Sequence[Line]:
    """Which bar of which run, and in a few words what came of it."""
    bars = question.stream.market.bars
    who = (
        f"{question.stream.strategy} on {run.bot.account.name}: {bars.symbol} {text(bars.timeframe_ms)}, closed {minute(question.time)} UTC"
    )
    lines = [Line(f"{who}: {summed_up(run, question)}", BOLD)]
    if question.asked is not None and question.asked != question.time:
        lines.append(Line(f"  asked for {minute(question.asked)} UTC; this is the last bar closed by then", DIM))
    return [*lines, *wrapped("  ", run.unlike, BAD)] if run.unlike else lines


def summed_up(run: Run, question: Question) -> str:
    """What came of the bar: no signal, a filtered one, a plan refused, approved, smaller than wanted."""
    if not question.direction:
        return "no signal"
    side = SIDES[question.direction]
    if question.plan == NO_PLAN:
        return f"{side}, {'filtered' if not question.stream.passed[question.row] else 'no complete plan'}"
    answer = run.outcome.decisions[question.plan]
    return f"{side}, {'approved' if answer['quantity'] > 0 else 'refused' if answer['answer'] == 2 else 'not decided'}"
