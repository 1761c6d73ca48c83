"""What an audit found, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from runner.audit.proof import Column, Leak, Proof, Unanswered
from runner.audit.said import PLANS, Part
from runner.report.figures import minute
from runner.words import counted, listed

ROUNDING = 1e-9  # of a value: what adding up in another order may change


def verdict(proof: Proof) -> str:
    """One word: `leaks`, `unproven` or `causal`."""
    return "leaks" if proof.leaks else "causal" if proof.good else "unproven"


def line(proof: Proof, closeness: float = 0.0) -> str:
    """The whole in one or two plain sentences."""
    if proof.leaks:
        return leaking(proof)
    return proven(proof, closeness) if proof.good else unproven(proof)


def proven(proof: Proof, closeness: float) -> str:
    """What was compared, and that it is the same."""
    blocks = len({column.path for column in proof.columns} - {PLANS})
    same = f"are the same within {closeness:g}" if closeness else "are the same to the last bit"
    return (
        f"No look-ahead was found: {counted(len(proof.columns), 'column')} of {counted(blocks, 'block')} and of the finished plans, "
        f"computed again on {proof.cuts:,} cut histories of {counted(len(proof.symbols), 'symbol')}, {same}. {weight(proof)}"
    )


def weight(proof: Proof) -> str:
    """How much the comparison is worth."""
    values, share = sum(column.values for column in proof.columns), filled(proof.columns)
    return f"Of the {values:,} values compared {share:.0%} hold something, and the entry speaks at {proof.spoken:,} of the cuts."


def filled(columns: Sequence[Column]) -> float:
    """The share of compared values that hold something."""
    return sum(column.filled for column in columns) / max(1, sum(column.values for column in columns))


def unproven(proof: Proof) -> str:
    """Why nothing can be said."""
    if not proof.cuts:
        return f"Not proven: {counted(proof.bars, 'bar')} {'is' if proof.bars == 1 else 'are'} too few to cut anything away."
    if not proof.signals:
        return f"Not proven: the entry speaks at none of {proof.bars:,} bars, so hardly anything could be compared."
    names = listed([named(part) for part in proof.silent])
    return f"Not proven: nothing that was compared looks ahead, but {names} never held a value on {proof.bars:,} bars."


def leaking(proof: Proof) -> str:
    """Where it looks ahead first, and how many columns do."""
    column = roots(proof)[0]
    rest = len(proof.leaks) - 1
    more = f" {counted(rest, 'more column')} {'does' if rest == 1 else 'do'} so, too." if rest else ""
    fault = "gives two answers" if column.leak and column.leak.again else "looks ahead"
    return f"{proof.strategy} {fault}: {where(column)}.{more}"


def roots(proof: Proof) -> list[Column]:
    """The leaking columns, those of the innermost blocks first, and in each block the one that leaks first."""
    paths = {column.path for column in proof.leaks}

    def rank(column: Column) -> tuple[bool, int]:
        return inherited(column.path, paths), column.leak.row if column.leak else 0

    return sorted(proof.leaks, key=rank)


def inherited(path: str, leaking: set[str]) -> bool:
    """Whether a block inside this one leaks as well; of the finished plans, whether any block does."""
    return any(other != path and (path == PLANS or other.startswith(f"{path}.")) for other in leaking)


def where(column: Column) -> str:
    """Block, column, bar and both values of a leak."""
    leak = column.leak
    if leak is None:
        return ""
    bar = f"bar {leak.row:,} of {leak.symbol}, closed {minute(leak.close_ms)} UTC"
    if leak.again:
        return (
            f"{named(column)}, column {column.name}, at {bar}: {value(leak.whole)}, and {value(leak.cut)} when asked again on the same bars"
        )
    cut = f"{value(leak.cut)} when only bars closed by {minute(leak.known_ms)} are known"
    return f"{named(column)}, column {column.name}, at {bar}: {value(leak.whole)} with later bars, {cut}; {later(leak)}"


def value(number: float) -> str:
    """A value as text; NaN is none."""
    return "nothing" if math.isnan(number) else f"{number:.12g}"


def later(leak: Leak) -> str:
    """How far ahead it looks."""
    if leak.later is None:
        return "it takes all bars there are"
    return f"final {counted(leak.later, 'bar')} later"


def named(what: Column | Part) -> str:
    """A block by its place and class."""
    return f"{what.path} ({what.kind})" if what.kind else f"the finished {what.path}"


def notes(proof: Proof) -> Iterator[str]:
    """What a reader must know besides, one sentence each."""
    yield from (raised(each) for each in proof.unanswered)
    start = [f"{column.path} {column.name}" for column in proof.columns if column.warm.from_start]
    if start:
        yield f"Depends on where history begins, and so differs between a backtest and a bot started later: {listed(start)}."
    empty = [f"{column.path} {column.name}" for column in proof.columns if column.leak is None and column.values and not column.filled]
    if empty and proof.signals:
        yield f"Never held a value: {listed(empty)}."
    if proof.signals and not proof.plans:
        yield "No signal became a plan, so of the finished plans nothing was compared."
    sizes = [column.leak.size for column in proof.leaks if column.leak is not None]
    if sizes and max(sizes) < ROUNDING:
        yield f"The largest difference is {max(sizes):.0e} of its value: sums in another order do that. mode.closeness=1e-9 lets it pass."


def raised(each: Unanswered) -> str:
    """A part that fails on short histories."""
    histories = "1 cut history" if each.cuts == 1 else f"{each.cuts:,} cut histories"
    return f"{each.path} gave no answer on {histories} of up to {each.bars:,} bars: {each.said}."
