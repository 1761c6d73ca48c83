"""What the blocks saw at the bar: the bar itself, the entry's reasons, the filters' answers."""

from __future__ import annotations

from collections.abc import Sequence

from runner.mode.explaining.question import Question
from runner.mode.explaining.wording import BAD, DIM, GOOD, SIDES, Line, Section, exact, reason_lines, wanted, wrapped
from runner.model.block import Block
from runner.model.bot import Strategy
from runner.model.reason import Reason
from runner.model.stream import Stream
from runner.report.figures import minute


def block_name(block: Block) -> str:
    """A block as it is typed: the name of its file."""
    return type(block).__module__.rpartition(".")[2]


def bar(stream: Stream, row: int) -> Section:
    """Open, high, low, close, volume."""
    bars = stream.market.bars
    prices = "  ".join(f"{name} {exact(float(getattr(bars, name)[row]))}" for name in ("open", "high", "low", "close", "volume"))
    span = f"{minute(int(bars.open_time[row]))} to {minute(int(bars.close_time[row]))} UTC; a plan acts from its close on"
    return "Bar", [*wrapped("", prices), Line(span, DIM)]


def entry(strategy: Strategy, direction: int, reasons: Sequence[Reason]) -> Section:
    """The entry's opinion and the conditions behind it."""
    head = Line(f"speaks for {SIDES[direction]}", GOOD) if direction else Line("has nothing to say", BAD)
    return f"Entry: {block_name(strategy.entry)}", [head, *reason_lines(reasons)]


def filter_reasons(question: Question) -> dict[str, Sequence[Reason]]:
    """Each filter's reasons for the signal's direction, by its name; none without a signal."""
    market, when, direction = question.opinion.market, question.strategy.entry.when, question.direction
    return {name: block.explain(market, question.seen, direction) for name, block in when.items()} if direction else {}


def filters(strategy: Strategy, direction: int, told: dict[str, Sequence[Reason]]) -> Section | None:
    """Each filter's answer with the number behind it; None for an entry without filters."""
    when = strategy.entry.when
    if not when:
        return None
    if not direction:
        return "Filters", [Line(f"not asked: {', '.join(when)}", DIM)]
    lines = []
    for name, reasons in told.items():
        lines += [Line(f"{name}: {block_name(when[name])}"), *reason_lines(reasons, 1)]
    return "Filters", lines


def silent(reasons: Sequence[Reason]) -> list[Line]:
    """What a signal would have taken."""
    failed = [reason for reason in deepest(reasons) if not reason.holds]
    return [line for reason in failed for line in wrapped("- ", wanted(reason))]


def deepest(reasons: Sequence[Reason]) -> list[Reason]:
    """The reasons that carry numbers: of a failed reason with failed ones behind it, those."""
    found = []
    for reason in reasons:
        behind = [part for part in reason.parts if not part.holds]
        found += deepest(reason.parts) if behind and not reason.holds and not reason.relation else [reason]
    return found
