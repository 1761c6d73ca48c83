"""Plans in the making: what exit and sizing blocks fill in, one row per signal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.model.errors import ConfigError, Problem
from runner.model.market import Market


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The plans of one symbol while blocks complete them, in the order stop, targets, trail, break_even, the rest, sizing.

    plans: dtype PLAN, shape (k,), one row per signal. rows: int64, shape (k,), the signal bar of each plan.
    levels: the entry's price levels at those bars, float64, shape (k,). columns: per-bar columns the machine reads.
    """

    market: Market
    plans: NDArray[Any]
    rows: NDArray[np.int64]
    levels: Mapping[str, Floats]
    columns: list[Floats] = field(default_factory=list)

    @property
    def side(self) -> Floats:
        """+1.0 or -1.0 per plan."""
        side: Floats = self.plans["side"].astype(np.float64)
        return side

    @property
    def entry(self) -> Floats:
        """The price the plan reckons with: limit or stop price, else the signal bar's close."""
        price = self.plans["entry_price"]
        entry: Floats = np.where(np.isnan(price), self.plans["reference_price"], price)
        return entry

    @property
    def risk(self) -> Floats:
        """Price distance from entry to the protective stop (1R); NaN without a stop."""
        risk: Floats = np.abs(self.entry - self.plans["stop"])
        return risk

    def at(self, column: Floats) -> Floats:
        """A per-bar column at the signal bars."""
        return column[self.rows]

    def level(self, name: str) -> Floats:
        """A price level of the entry by name, shape (k,). An entry that does not give it is a ConfigError that names those it gives."""
        if name not in self.levels:
            given = ", ".join(sorted(self.levels)) or "none"
            raise ConfigError(
                "an exit asks for what its entry does not give", [Problem(path=name, message=f"the entry's levels are: {given}")]
            )
        return self.levels[name]

    def withdraw(self, where: NDArray[np.bool_]) -> None:
        """Give up plans that a block cannot complete (its column is not warm yet): their side becomes 0 and the pipeline drops them."""
        self.plans["side"][where] = 0

    def attach(self, column: Floats) -> int:
        """Hand the machine a per-bar column; the number returned goes into `trail_column`, `exit_column`, `cancel_column`."""
        for number, known in enumerate(self.columns):
            if np.array_equal(known, column, equal_nan=True):
                return number
        self.columns.append(np.ascontiguousarray(column, np.float64))
        return len(self.columns) - 1
