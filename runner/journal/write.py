"""An outcome as rows of the journal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.journal.journal import Row, append, append_columns, appending, last_run
from runner.model.duration import DAY_MS
from runner.model.records import Answer, Outcome, Reason
from runner.model.rules import Code, HouseAction, State

type Table = Mapping[str, Sequence[Any]]  # rows by column
LIBRARY_VERSION = 96  # offset in SQLite's file header: the library that wrote last; it says nothing about the content


def record(path: Path, facts: Mapping[str, Any], outcome: Outcome) -> None:
    """Append one run to the journal at `path` in one transaction. `facts` are the columns of its `run` row, without `id`.

    A new journal of the same run has the same bytes, whatever version of SQLite wrote it.
    """
    new = not path.exists()
    with appending(path) as journal:
        append(journal, "run", [facts])
        run = last_run(journal)
        append_columns(journal, "decision", run, decisions(outcome))
        append_columns(journal, "fill", run, fills(outcome))
        for table, rows in tables(outcome):
            append(journal, table, ({"run": run} | dict(row) for row in rows))
    if new:
        forget_library_version(path)


def tables(outcome: Outcome) -> Iterator[tuple[str, Iterable[Row]]]:
    """The rows of each short table, without their run."""
    yield "event", events(outcome)
    yield "rule_state", rule_states(outcome)
    yield "mark", marks(outcome)
    yield "phase", phases(outcome)


def decisions(outcome: Outcome) -> Table:
    """One row for each plan, in the order of the plan table; by column, for there may be one at every bar."""
    plans, made = outcome.plans, outcome.decisions
    codes = {number: code(number) for number in np.unique(made["code"]).tolist()}
    rules = {row: rule(outcome, row) for row in np.unique(made["rule"]).tolist()}
    return {
        "plan": list(range(len(made))),
        "time": np.where(made["time"] == 0, plans["time"], made["time"]).tolist(),
        "strategy": [outcome.strategies[number] for number in plans["strategy"].tolist()],
        "symbol": [outcome.symbols[number] for number in plans["symbol"].tolist()],
        "side": plans["side"].tolist(),
        "answer": named(Answer, made["answer"]),
        "code": [codes[number] for number in made["code"].tolist()],
        "rule": [rules[row] for row in made["rule"].tolist()],
        "wanted": reals(made["wanted"]),
        "quantity": reals(made["quantity"]),
        "allowed": reals(made["allowed"]),
        "value": reals(made["value"]),
        "bound": reals(made["limit"]),
        "position": [number or None for number in made["position"].tolist()],
    }


def fills(outcome: Outcome) -> Table:
    """One row for each fill, by column."""
    fills = outcome.fills
    phases = {number: phase_name(outcome, number) for number in np.unique(fills["phase"]).tolist()}
    return {
        "time": fills["time"].tolist(),
        "strategy": [outcome.strategies[number] for number in fills["strategy"].tolist()],
        "symbol": [outcome.symbols[number] for number in fills["symbol"].tolist()],
        "position": fills["position"].tolist(),
        "plan": fills["plan"].tolist(),
        "side": fills["side"].tolist(),
        **{name: reals(fills[name]) for name in ("quantity", "price", "fee", "slippage", "profit", "balance", "open_quantity")},
        "reason": named(Reason, fills["reason"]),
        "target": fills["target"].tolist(),
        "phase": [phases[number] for number in fills["phase"].tolist()],
    }


def events(outcome: Outcome) -> Iterator[Row]:
    """One row for each happening the machine noted."""
    for event in records(outcome.events):
        yield {
            "time": event["time"],
            "code": Code(event["code"]).name,
            "rule": rule(outcome, event["rule"]),
            "action": HouseAction(event["action"]).name,
            "symbol": outcome.symbols[event["symbol"]] if 0 <= event["symbol"] < len(outcome.symbols) else None,
            "value": real(event["value"]),
            "bound": real(event["limit"]),
            "price": real(event["price"]),
        }


def rule_states(outcome: Outcome) -> Iterator[Row]:
    """One row for each rule of the phases that were entered."""
    entered = set(outcome.phases["phase"].tolist())
    for row, seen in zip(outcome.book.rows, records(outcome.rule_states), strict=True):
        measured = math.isfinite(seen["worst_headroom"])
        if row.phase in entered:
            yield {
                "phase": phase_name(outcome, row.phase),
                "rule": row.key,
                "code": row.code.name,
                "headroom": real(seen["worst_headroom"]),
                "value": real(seen["worst_value"]) if measured else None,
                "bound": real(seen["worst_limit"]) if measured else None,
                "time": seen["worst_at"] if measured else None,
                "count": seen["count"],
            }


def marks(outcome: Outcome) -> Iterator[Row]:
    """One row for each UTC day of each phase: the extremes of the day and its last mark; midnight closes the day before."""
    equity = outcome.equity
    for rows in days(equity):
        last = equity[rows[-1]]
        yield {
            "time": int(last["time"]),
            "phase": phase_name(outcome, last["phase"]),
            "balance": real(last["balance"]),
            "high": real(equity["high"][rows].max()),
            "low": real(equity["low"][rows].min()),
            "close": real(last["close"]),
        }


def days(equity: NDArray[Any]) -> list[NDArray[np.int64]]:
    """Row numbers of the marks of each day and phase."""
    if len(equity) == 0:
        return []
    day = (equity["time"] - 1) // DAY_MS
    edges = np.flatnonzero((day[1:] != day[:-1]) | (equity["phase"][1:] != equity["phase"][:-1])) + 1
    return np.split(np.arange(len(equity)), edges)


def phases(outcome: Outcome) -> Iterator[Row]:
    """One row for each attempt at a phase."""
    for result in records(outcome.phases):
        yield {
            "name": phase_name(outcome, result["phase"]),
            "state": State(result["state"]).name,
            "code": code(result["code"]),
            "rule": rule(outcome, result["rule"]),
            "started": result["started"],
            "ended": result["ended"],
            **{name: real(result[name]) for name in ("value", "floor", "balance", "equity", "target")},
            **{name: result[name] for name in ("days_counted", "days_needed")},
        }


def records(table: NDArray[Any]) -> Iterator[dict[str, Any]]:
    """The rows of a table as plain values by name; many times faster than reading NumPy records one by one."""
    names = table.dtype.names or ()
    return (dict(zip(names, values, strict=True)) for values in table.tolist())


def named(kind: type[IntEnum], numbers: NDArray[np.integer[Any]]) -> list[str]:
    """The names of numbers of a kind."""
    names = {int(member): member.name for member in kind}
    return [names[number] for number in numbers.tolist()]


def reals(values: NDArray[np.float64]) -> list[float | None]:
    """Numbers as they are; None where one is not finite."""
    found: list[float | None] = values.tolist()
    for place in np.flatnonzero(~np.isfinite(values)).tolist():
        found[place] = None
    return found


def real(value: float) -> float | None:
    """The number as it is, so that a ledger can be restored; None when it is not finite."""
    return float(value) if math.isfinite(value) else None


def code(number: int) -> str | None:
    """The code's name; None for none."""
    return Code(int(number)).name if number else None


def rule(outcome: Outcome, row: int) -> str | None:
    """The rule's path; None for -1."""
    return outcome.book.rows[row].key if 0 <= row < len(outcome.book.rows) else None


def phase_name(outcome: Outcome, number: int) -> str:
    """The phase's name."""
    return outcome.book.phases[number].name if 0 <= number < len(outcome.book.phases) else ""


def forget_library_version(path: Path) -> None:
    """Blank the four bytes that differ between versions of SQLite."""
    with path.open("r+b") as file:
        file.seek(LIBRARY_VERSION)
        file.write(bytes(4))
