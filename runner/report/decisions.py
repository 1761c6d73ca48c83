"""decisions.parquet: one row per signal, with what it was made of and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.model.records import Answer, Outcome
from runner.model.rules import Code
from runner.model.stream import Stream
from runner.report.words import refusal, rule_path

NO_PLAN = -1
NUMBERS = ("wanted", "quantity", "allowed", "value", "limit")


def decisions(outcome: Outcome, streams: Sequence[Stream]) -> dict[str, Any]:
    """Columns of all streams' signals, stream by stream, oldest first.

    time (close of the signal bar), strategy, symbol, direction, strength; `contribution_NAME`, `level_NAME`, `filter_NAME`;
    plan (row of the plan table, null without one), outcome, code, rule, why, wanted, quantity, allowed, value, limit, position,
    merged (parts too small to close on their own).
    """
    parts = [part(outcome, stream) for stream in streams]
    names = list(dict.fromkeys(name for each in parts for name in each))
    return {name: joined(name, parts) for name in ordered(names)}


def ordered(names: Sequence[str]) -> list[str]:
    """What the signal was, then what became of it."""
    fate = [name for name in names if name in FATE]
    return [name for name in names if name not in FATE] + fate


def part(outcome: Outcome, stream: Stream) -> dict[str, Any]:
    """The columns of one stream's signals."""
    rows = np.flatnonzero(stream.signals.direction)
    plans = plan_rows(outcome, stream)[rows]
    return signal_columns(stream, rows) | fate(outcome, stream, rows, plans)


def signal_columns(stream: Stream, rows: NDArray[np.int64]) -> dict[str, Any]:
    """The opinion and what it was made of."""
    import pyarrow as pa

    signals = stream.signals
    return {
        "time": pa.array(stream.market.bars.close_time[rows], pa.timestamp("ms", "UTC")),
        "strategy": constant(stream.strategy, len(rows)),
        "symbol": constant(stream.symbol, len(rows)),
        "direction": pa.array(signals.direction[rows]),
        "strength": pa.array(signals.strength[rows]),
        **picked("contribution", signals.contributions, rows),
        **picked("level", signals.levels, rows),
        **picked("filter", stream.filters, rows),
        "passed": pa.array(stream.passed[rows]),
    }


def picked(kind: str, columns: Mapping[str, Floats] | Mapping[str, NDArray[np.bool_]], rows: NDArray[np.int64]) -> dict[str, Any]:
    """Per-bar columns at the signal bars, named by kind."""
    import pyarrow as pa

    return {f"{kind}_{name}": pa.array(np.asarray(column)[rows]) for name, column in columns.items()}


FATE = ("plan", "outcome", "code", "rule", "why", *NUMBERS, "position", "merged")
SAID = ("answer", "code", "rule", "position", "merged")  # what a sentence is made of
type Words = tuple[str, str | None, str | None, str]


def fate(outcome: Outcome, stream: Stream, rows: NDArray[np.int64], plans: NDArray[np.int64]) -> dict[str, Any]:
    """What became of each signal; null where it never was a plan."""
    import pyarrow as pa

    made = plans != NO_PLAN
    words = spoken_words(outcome, stream, rows, plans)
    answers = outcome.decisions[plans] if len(outcome.decisions) else np.zeros(len(plans), outcome.decisions.dtype)
    spoken = {name: pa.array([word[place] for word in words], pa.string()) for place, name in enumerate(("outcome", "code", "rule", "why"))}
    measured = {name: pa.array(answers[name].copy(), mask=~made | np.isnan(answers[name])) for name in NUMBERS}
    counts = {name: pa.array(answers[name].copy(), mask=~made) for name in ("position", "merged")}
    return {"plan": pa.array(plans, mask=~made)} | spoken | measured | counts


def spoken_words(outcome: Outcome, stream: Stream, rows: NDArray[np.int64], plans: NDArray[np.int64]) -> list[Words]:
    """(outcome, code, rule path, why as a sentence) of each signal; what is said often is put together once."""
    said: dict[tuple[int, ...], Words] = {}
    answers = outcome.decisions[list(SAID)].tolist()
    words = []
    for row, plan in zip(rows.tolist(), plans.tolist(), strict=True):
        if plan == NO_PLAN:
            words.append(untold(stream, row))
            continue
        answer = answers[plan]
        if answer not in said:
            said[answer] = told(outcome, *answer)
        words.append(said[answer])
    return words


def why(outcome: Outcome, stream: Stream, row: int, plan: int) -> str:
    """The sentence on the signal at bar `row`."""
    if plan == NO_PLAN:
        return untold(stream, row)[3]
    return told(outcome, *(int(outcome.decisions[name][plan]) for name in SAID))[3]


def told(outcome: Outcome, answer: int, code: int, rule: int, position: int, merged: int) -> Words:
    """(outcome, code, rule path, why as a sentence) of one decision."""
    kind, by = Answer(answer), Code(code)
    return kind.name.lower(), by.name if by else None, rule_path(outcome.book, rule), sentence(kind, by, position, merged)


def untold(stream: Stream, row: int) -> tuple[str, str | None, str | None, str]:
    """A signal that never became a plan: the filters that said no, else the exits had no valid level."""
    closed = [name for name, holds in stream.filters.items() if not holds[row]]
    if not stream.passed[row]:
        return "filtered", None, None, f"filtered by {', '.join(closed) or 'the entry'}"
    return "no_plan", None, None, "no complete plan: a level it needs was not known at this bar"


def sentence(kind: Answer, code: Code, position: int, merged: int = 0) -> str:
    """Why a plan was or was not traded."""
    if kind is Answer.REFUSED:
        return refusal(code)
    if kind is Answer.PENDING:
        return "the run ended before it was decided"
    if kind in (Answer.EXPIRED, Answer.CANCELLED):
        return f"approved, but {kind.name.lower()} before it was filled"
    bound = "" if code in (Code.NONE, Code.SIZING) else f"; quantity bound by {code.name}"
    small = f"; {merged} part{'s' if merged > 1 else ''} too small for the instrument, closed with the next" if merged else ""
    return (f"traded as position {position}" if position else "approved, not filled") + bound + small


def plan_rows(outcome: Outcome, stream: Stream) -> NDArray[np.int64]:
    """For each signal bar the row of the plan table, -1 without a plan; int64, shape (bars,)."""
    found = np.full(len(stream.market.bars), NO_PLAN, np.int64)
    if stream.symbol in outcome.symbols and stream.strategy in outcome.strategies:
        symbol, strategy = outcome.symbols.index(stream.symbol), outcome.strategies.index(stream.strategy)
        mine = np.flatnonzero((outcome.plans["symbol"] == symbol) & (outcome.plans["strategy"] == strategy))
        found[outcome.plans["signal_index"][mine]] = mine
    return found


def constant(value: str, count: int) -> Any:
    """A text column with one value."""
    import pyarrow as pa

    return pa.repeat(pa.scalar(value, pa.string()), count)


def joined(name: str, parts: Sequence[Mapping[str, Any]]) -> Any:
    """One column over all parts; null where a part does not have it."""
    import pyarrow as pa

    kind = next(part[name].type for part in parts if name in part)
    return pa.chunked_array([part.get(name, pa.nulls(len(part["time"]), kind)) for part in parts], kind)
