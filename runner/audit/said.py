"""What each part of a strategy says of a market, in columns that can be laid beside those of another history."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.audit import Columns, columns, parts, probe
from runner.columns.judge import judge
from runner.model.block import Block, Entry, Exit, Sizing
from runner.model.bot import Strategy
from runner.model.draft import Draft
from runner.model.errors import BlockError, Problem
from runner.model.exits import ordered
from runner.model.market import Market
from runner.model.plan import NO_COLUMN, PLAN, empty_plans
from runner.model.signal import Signals
from runner.pipeline import drafted

Rows = NDArray[np.int64]
PLANS = "plans"  # the part that is no block: the strategy's finished plans
NUMBERS = ("symbol", "strategy", "signal_index")  # name a row of something, and say nothing by themselves
HANDED = tuple(name for name in PLAN.names or () if name.endswith("_column"))  # numbers of columns; the columns are compared instead
SIDES = {"long": 1, "short": -1}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One block of a strategy, by its path in the strategy; block None: the finished plans."""

    path: str
    kind: str
    block: Block | None


@dataclass(frozen=True, kw_only=True)
class Written:
    """Plans as a part left them: dtype PLAN, shape (k,); `rows`: their bars, rising; `columns`: those handed to the machine."""

    rows: Rows
    plans: NDArray[Any]
    columns: list[NDArray[np.float64]]
    blank: NDArray[Any]  # what stood there before the part wrote


@dataclass(frozen=True, kw_only=True)
class Said:
    """A part's answer: columns of shape (n,), and plans by what kind of plan was asked for."""

    columns: Columns = field(default_factory=dict)
    written: Mapping[str, Written] = field(default_factory=dict)


Answer = Said | Exception


def parts_of(strategy: Strategy) -> tuple[Part, ...]:
    """Every block of a strategy, nested ones included, and its finished plans."""
    blocks = [Part(path=path, kind=kind_of(block), block=block) for path, block in parts(strategy)]
    return (*blocks, Part(path=PLANS, kind="", block=None))


def kind_of(block: Block) -> str:
    """The class of a block, with its module, and the user's file that it runs."""
    named = f"{type(block).__module__}.{type(block).__name__}"
    return ", ".join([named, *(PurePath(file).name for file in block.code_read())])


def answers(strategy: Strategy, parts: tuple[Part, ...], market: Market, rows: Rows) -> dict[str, Answer]:
    """What each part says of a market, by path; what it raised, where it did.

    rows: bars at which exits and sizing are asked for plans.
    """
    made: dict[str, Answer] = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # what a short history brings about is no news for anybody
        warnings.simplefilter("ignore")
        for part in parts:
            try:
                made[part.path] = answer(strategy, part, market, rows)
            except Exception as error:  # noqa: BLE001 - a block of the user's may fail in its own way on a short history
                made[part.path] = error
    return made


def answer(strategy: Strategy, part: Part, market: Market, rows: Rows) -> Said:
    """What one part says of a market."""
    match part.block:
        case None:
            return Said(written={"": finished(strategy, market)})
        case Exit() | Sizing() as block:
            return Said(written={name: completed(block, market, side, rows) for name, side in SIDES.items()})
        case block:
            return Said(columns=fitting(part, columns(block, market), len(market.bars)))


def fitting(part: Part, given: Columns, count: int) -> Columns:
    """The columns, held to one value per bar; anything else is a BlockError that names the block."""
    for name, values in given.items():
        if getattr(values, "shape", None) != (count,) or values.dtype.kind not in "fiub":
            was = f"{values.dtype} of shape {values.shape}" if np.ndim(values) else repr(values)[:60]
            message = f"expected {count} numbers, one per bar, in column {name!r}, was {was}"
            raise BlockError("a block does not keep its word", [Problem(path=part.kind, message=message)])
    return given


def completed(block: Exit | Sizing, market: Market, side: int, rows: Rows) -> Written:
    """Plans of one side at `rows`, as the block completes them."""
    draft = probe(market, side, stop=not (isinstance(block, Exit) and block.part == "stop"), rows=rows)
    blank = draft.plans.copy()
    block.complete(draft)
    return kept(draft, blank)


def finished(strategy: Strategy, market: Market) -> Written:
    """The plans the machine would get."""
    signals, passed = opinion(strategy.entry, market)
    draft = drafted(market, signals, passed)
    for block in ordered(strategy.exits).values():
        block.complete(draft)
    strategy.sizing.complete(draft)
    draft.settle()
    return kept(draft, np.repeat(empty_plans(1), len(draft.plans)))


def opinion(entry: Entry, market: Market) -> tuple[Signals, NDArray[np.bool_]]:
    """The entry's signals, and where its filters let one pass."""
    signals = entry.signals(market)
    return signals, judge(entry, market, signals)[0]


def kept(draft: Draft, blank: NDArray[Any]) -> Written:
    """The draft's plans that were not withdrawn."""
    stay = draft.plans["side"] != 0
    return Written(rows=draft.rows[stay], plans=draft.plans[stay], columns=draft.columns, blank=blank[stay])


def fields(plans: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    """The fields of plans that mean something by themselves, lists level by level, each of shape (k,)."""
    for name in PLAN.names or ():
        if name in HANDED or name in NUMBERS:
            continue
        values = plans[name]
        if values.ndim == 1:
            yield name, values
        else:
            yield from ((f"{name}.{place + 1}", values[:, place]) for place in range(values.shape[1]))


def handed(written: Written) -> dict[str, tuple[str, int]]:
    """The columns plans refer to: by name, the field and the first plan that refers to it there."""
    found: dict[str, tuple[str, int]] = {}
    for name in HANDED:
        numbers, first = np.unique(written.plans[name], return_index=True)
        using = sorted(int(row) for number, row in zip(numbers, first, strict=True) if number != NO_COLUMN)
        found |= {name if place == 0 else f"{name}.{place + 1}": (name, row) for place, row in enumerate(using)}
    return found


def column_of(written: Written, name: str, row: int) -> NDArray[np.float64] | None:
    """The column that plan `row` refers to in a field; None where it refers to none."""
    number = int(written.plans[name][row]) if row < len(written.plans) else NO_COLUMN
    return None if number == NO_COLUMN else written.columns[number]


@dataclass(frozen=True, kw_only=True)
class Known:
    """One column of the whole history: the bar of each value, the values, and which of them hold something."""

    name: str
    rows: Rows
    values: NDArray[Any]
    filled: NDArray[np.bool_]


def known(said: Said) -> dict[str, Known]:
    """Every column of a part's answer that it has really written, by name."""
    found = [_plain(name, values, said.columns) for name, values in said.columns.items()]
    for kind, written in said.written.items():
        blank = dict(fields(written.blank))
        found += [
            Known(name=named(kind, name), rows=written.rows, values=values, filled=unlike(values, blank[name]))
            for name, values in fields(written.plans)
            if unlike(values, blank[name]).any()
        ]
        for name, (place, row) in handed(written).items():
            column = column_of(written, place, row)
            if column is not None:
                found.append(_plain(named(kind, name), column, {}))
    return {each.name: each for each in found}


def _plain(name: str, values: NDArray[Any], beside: Columns) -> Known:
    """A column with a value per bar. A direction of 0 says nothing, and neither does a strength without a direction."""
    filled = np.ones(len(values), np.bool_) if values.dtype.kind != "f" else ~np.isnan(values)
    if name in ("direction", "strength") and "direction" in beside:
        filled = beside["direction"] != 0
    return Known(name=name, rows=np.arange(len(values)), values=values, filled=filled)


def named(kind: str, name: str) -> str:
    """A field's name behind the kind of plan that was asked for."""
    return f"{kind}.{name}" if kind else name


def unlike(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    """Where two columns differ; NaN is like NaN."""
    wrong: NDArray[np.bool_] = one != other
    return wrong & ~(np.isnan(one) & np.isnan(other)) if one.dtype.kind == other.dtype.kind == "f" else wrong
