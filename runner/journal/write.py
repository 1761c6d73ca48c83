"""An outcome as rows of the journal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.journal.journal import Row, append, appending, last_run
from runner.model.duration import DAY_MS
from runner.model.records import Answer, Outcome, Reason
from runner.model.rules import Code, HouseAction, State

LIBRARY_VERSION = 96  # offset in SQLite's file header: the library that wrote last; it says nothing about the content


def record(path: Path, facts: Mapping[str, Any], outcome: Outcome) -> None:
    """Append one run to the journal at `path` in one transaction. `facts` are the columns of its `run` row, without `id`.

    A new journal of the same run has the same bytes, whatever version of SQLite wrote it.
    """
    new = not path.exists()
    with appending(path) as journal:
        append(journal, "run", [facts])
        run = last_run(journal)
        for table, rows in tables(outcome):
            append(journal, table, ({"run": run} | dict(row) for row in rows))
    if new:
        forget_library_version(path)


def tables(outcome: Outcome) -> Iterator[tuple[str, Iterable[Row]]]:
    """The rows of each table, without their run."""
    yield "decision", decisions(outcome)
    yield "fill", fills(outcome)
    yield "event", events(outcome)
    yield "rule_state", rule_states(outcome)
    yield "mark", marks(outcome)
    yield "phase", phases(outcome)


def decisions(outcome: Outcome) -> Iterator[Row]:
    """One row for each plan, in the order of the plan table."""
    plans = records(outcome.plans[["time", "strategy", "symbol", "side"]])
    for number, (plan, made) in enumerate(zip(plans, records(outcome.decisions), strict=True)):
        yield {
            "plan": number,
            "time": made["time"] or plan["time"],
            "strategy": outcome.strategies[plan["strategy"]],
            "symbol": outcome.symbols[plan["symbol"]],
            "side": plan["side"],
            "answer": Answer(made["answer"]).name,
            "code": code(made["code"]),
            "rule": rule(outcome, made["rule"]),
            "wanted": real(made["wanted"]),
            "quantity": real(made["quantity"]),
            "allowed": real(made["allowed"]),
            "value": real(made["value"]),
            "bound": real(made["limit"]),
            "position": made["position"] or None,
        }


def fills(outcome: Outcome) -> Iterator[Row]:
    """One row for each fill."""
    for fill in records(outcome.fills):
        yield {
            "time": fill["time"],
            "strategy": outcome.strategies[fill["strategy"]],
            "symbol": outcome.symbols[fill["symbol"]],
            "position": fill["position"],
            "plan": fill["plan"],
            "side": fill["side"],
            **{name: real(fill[name]) for name in ("quantity", "price", "fee", "slippage", "profit", "balance", "open_quantity")},
            "reason": Reason(fill["reason"]).name,
            "target": fill["target"],
            "phase": phase_name(outcome, fill["phase"]),
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
