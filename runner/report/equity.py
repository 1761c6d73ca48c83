"""equity.parquet: one row per mark of the account."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.model.bars import Floats
from runner.model.records import MAX_FLOORS, Outcome
from runner.report.words import own_name


def equity(outcome: Outcome) -> dict[str, Any]:
    """Columns `time` (UTC), balance, equity_high, equity_low, equity, open_positions, phase, and `floor_NAME` for each floor.

    A floor's column carries the rule's own name and is shared by all phases that have a rule of that name; NaN elsewhere.
    """
    import pyarrow as pa

    marks = outcome.equity
    names = pa.array([phase.name for phase in outcome.book.phases], pa.string())
    return {
        "time": pa.array(marks["time"], pa.timestamp("ms", "UTC")),
        "balance": marks["balance"].copy(),
        "equity_high": marks["high"].copy(),
        "equity_low": marks["low"].copy(),
        "equity": marks["close"].copy(),
        "open_positions": marks["open_positions"].copy(),
        "phase": names.take(pa.array(marks["phase"].copy())),
        **floors(outcome),
    }


def floors(outcome: Outcome) -> dict[str, Floats]:
    """Each floor by name, float64, shape (marks,)."""
    columns: dict[str, Floats] = {}
    for phase, rows in enumerate(outcome.floor_rules):
        here = outcome.equity["phase"] == phase
        for place, name in enumerate(floor_names(outcome, rows)):
            column = columns.setdefault(name, np.full(len(here), np.nan))
            column[here] = outcome.equity["floor"][here, place]
    return columns


def floor_names(outcome: Outcome, rows: tuple[int, ...]) -> list[str]:
    """Column names of one phase's floors; rules of equal name are told apart by their whole path."""
    keys = [outcome.book.rows[row].key for row in rows[:MAX_FLOORS]]
    own = [own_name(key) for key in keys]
    return [f"floor_{name if own.count(name) == 1 else key.replace('.', '_')}" for name, key in zip(own, keys, strict=True)]
