"""Plans in the making: what exit and sizing blocks fill in, one row per signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.model.errors import ConfigError, Problem
from runner.model.market import Market
from runner.model.plan import NO_COLUMN, EntryKind

BOTH_SIDES = 2.0
NO_LEVEL = "an exit asks for what its entry does not give"
NOT_KNOWN = "a number it needs is not known yet"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The plans of one symbol while blocks complete them, in the order stop, targets, trail, break_even, the rest, sizing.

    plans: dtype PLAN, shape (k,), one row per signal. rows: int64, shape (k,), the signal bar of each plan.
    direction: int8, shape (n,), the entry's opinion at every bar, before its filters. levels: the entry's price levels at those bars,
    float64, shape (k,). columns: per-bar columns the machine reads. given_up: which plans were withdrawn, and why, one by one.
    """

    market: Market
    plans: NDArray[Any]
    rows: NDArray[np.int64]
    direction: NDArray[np.int8]
    levels: Mapping[str, Floats]
    columns: list[Floats] = field(default_factory=list)
    given_up: list[tuple[NDArray[np.bool_], str]] = field(default_factory=list)

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
    def sent(self) -> Floats:
        """The same as a venue takes it: a limit or stop price on its nearest tick."""
        tick, price = self.market.instrument.tick, self.plans["entry_price"]
        sent: Floats = np.where(np.isnan(price), self.entry, np.floor(price / tick + 0.5) * tick)
        return sent

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
            raise ConfigError(NO_LEVEL, [Problem(path=name, message=f"the entry's levels are: {given}")])
        return self.levels[name]

    @property
    def half_tick(self) -> float:
        """Prices nearer to each other than this may fall on one tick."""
        return self.market.instrument.tick * (0.5 - 1e-9)

    def withdraw(self, where: NDArray[np.bool_] | np.bool_, why: str = NOT_KNOWN) -> None:
        """Give up plans that a block cannot complete: their side becomes 0 and the pipeline drops them."""
        lost = where & (self.plans["side"] != 0)
        if lost.any():
            self.plans["side"][lost] = 0
            self.given_up.append((lost, why))

    def why(self, number: int) -> str:
        """Why plan `number` was withdrawn; empty when it was not."""
        gone = NOT_KNOWN if self.plans["side"][number] == 0 else ""
        return next((words for lost, words in self.given_up if lost[number]), gone)

    def protect(self, stop: Floats) -> None:
        """Set the protective stop, shape (k,); where an exit before has set one, the tighter of the two holds.

        A plan is withdrawn where the stop is not known, or on its tick not above zero or not on the losing side of the entry.
        """
        side, known = self.side, self.plans["stop"]
        stop = np.where(np.isfinite(stop), stop, np.nan)
        self.withdraw(np.isnan(stop))
        self._guard_stop(stop)
        self.plans["stop"] = np.where(np.isnan(known) | (side * (stop - known) > 0), stop, known)

    def aim(self, prices: Floats, fractions: Sequence[float]) -> None:
        """Set the targets, prices of shape (k, m) from the nearest on, and the share of the position that each closes.

        Those that no price can reach (zero or less) are left out. A plan is withdrawn where one is not known, or on its tick not in profit.
        """
        count, reached = len(fractions), ~(prices < self.half_tick)
        self.withdraw(np.any(~np.isfinite(prices), axis=1))
        self._guard_targets(np.where(reached & np.isfinite(prices), prices, np.nan))
        self.plans["target_price"][:, :count] = np.where(reached, prices, np.nan)
        self.plans["target_fraction"][:, :count] = np.where(reached, fractions, 0.0)
        self.plans["target_count"] = reached.sum(axis=1)

    def settle(self) -> None:
        """Withdraw plans that a block has left with a price or size no order can have; the last step, after the sizing."""
        plans, stop = self.plans, self.plans["stop"]
        waits = plans["entry_kind"] != EntryKind.MARKET
        self.withdraw(
            waits & ~(np.isfinite(plans["entry_price"]) & (plans["entry_price"] >= self.half_tick)), "its entry would lie at no price"
        )
        self.withdraw(np.isinf(stop), "its stop would lie at no price")
        self._guard_stop(np.where(np.isfinite(stop), stop, np.nan))
        if plans["target_count"].any():
            self._settle_targets()
        value = plans["sizing_value"]
        self.withdraw(~(np.isfinite(value) & (value > 0)), "its sizing asks for nothing")

    def _settle_targets(self) -> None:
        """Withdraw plans with a target that is no price, or wins nothing."""
        price = self.plans["target_price"]
        used = np.arange(price.shape[1]) < self.plans["target_count"][:, None]
        self.withdraw(np.any(used & ~np.isfinite(price), axis=1))
        self._guard_targets(np.where(used & np.isfinite(price), price, np.nan))

    def _guard_stop(self, stop: Floats) -> None:
        """Withdraw plans whose stop, shape (k,), protects nothing on its tick, the next one towards the market; NaN is passed over."""
        ticks = stop / self.market.instrument.tick
        at = np.where(self.side > 0, np.ceil(ticks - 1e-9), np.floor(ticks + 1e-9)) * self.market.instrument.tick
        self.withdraw(at < self.half_tick, "its stop would not be above zero")
        self.withdraw(self.side * (self.sent - at) < self.half_tick, "its stop would lie at the entry or on the wrong side of it")

    def _guard_targets(self, prices: Floats) -> None:
        """Withdraw plans that would win nothing at one of their targets, shape (k, m), on its nearest tick; NaN is passed over."""
        tick = self.market.instrument.tick
        profit = self.side[:, None] * (np.floor(prices / tick + 0.5) * tick - self.sent[:, None])
        self.withdraw(np.any(profit < self.half_tick, axis=1), "a target would lie at the entry or behind it")

    def leave(self, column: Floats) -> None:
        """Close positions at the bar closes a column marks: +1 longs, -1 shorts, 2 both. What several exits mark is joined."""
        self._join("exit_column", column)

    def cancel(self, column: Floats) -> None:
        """Withdraw resting entries at the bar closes where a column is not 0. What several exits mark is joined."""
        self._join("cancel_column", column)

    def _join(self, name: str, column: Floats) -> None:
        """Attach the column to every plan, joined with the one its field `name` may have already."""
        numbers = self.plans[name].copy()
        for number in np.unique(numbers):
            whole = column if number == NO_COLUMN else joined(self.columns[number], column)
            self.plans[name][numbers == number] = self.attach(whole)

    def attach(self, column: Floats) -> int:
        """Hand the machine a per-bar column; the number returned goes into `trail_column`, `exit_column`, `cancel_column`."""
        for number, known in enumerate(self.columns):
            if np.array_equal(known, column, equal_nan=True):
                return number
        self.columns.append(np.ascontiguousarray(column, np.float64))
        return len(self.columns) - 1


def joined(one: Floats, other: Floats) -> Floats:
    """What either column marks; both sides where one marks longs and the other shorts. NaN marks nothing."""
    one, other = np.nan_to_num(one), np.nan_to_num(other)
    whole: Floats = np.where(one == 0, other, np.where((other == 0) | (other == one), one, BOTH_SIDES))
    return whole
