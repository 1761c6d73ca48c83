"""What every part of the report is told from: the run, its summary, and what several parts need of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bot import Bot
from runner.model.records import Outcome
from runner.model.rules import Code, Family
from runner.model.stream import Stream
from runner.report.analysis.holding import Held, held, lived
from runner.report.daily import attempts
from runner.report.days import Days, days
from runner.report.words import short


@dataclass(frozen=True, kw_only=True)
class Closest:
    """The nearest a floor was ever approached: which floor, where equity stood, where the floor, when (UTC ms)."""

    row: int
    name: str
    value: float
    floor: float
    left: float
    time: int


@dataclass(frozen=True, kw_only=True)
class Story:
    """A finished run. page: its summary as written to summary.json; every figure shown is read from there or sums up to it."""

    bot: Bot
    outcome: Outcome
    streams: Sequence[Stream]
    page: Mapping[str, Any]

    @property
    def currency(self) -> str:
        """The account's currency."""
        return str(self.page["currency"])

    @property
    def year(self) -> int:
        """Days of a year on these markets."""
        return int(self.page["metrics"]["days_per_year"])

    @cached_property
    def equity(self) -> NDArray[Any]:
        """Equity instant by instant, dtype EQUITY."""
        return self.outcome.equity

    @cached_property
    def attempts(self) -> NDArray[np.int64]:
        """The row of `outcome.phases` of each mark."""
        return attempts(self.outcome)

    @cached_property
    def by_day(self) -> Days:
        """Every day of every attempt and what it brought."""
        return days(self.outcome, self.year)

    @property
    def days(self) -> NDArray[np.int64]:
        """Rows of `equity`: the last mark of every day of every attempt."""
        return self.by_day.rows

    @property
    def daily(self) -> NDArray[np.float64]:
        """Money won or lost between the last marks of the days, the first of each attempt from the initial balance, shape (days,)."""
        return self.by_day.money

    @cached_property
    def holding(self) -> Held:
        """Buying and holding over the time the account lived, as the summary reckons it."""
        return held(self.streams, self.bot.costs, self.outcome.book.initial, lived(self.outcome), self.year)

    @cached_property
    def breaks(self) -> NDArray[np.int64]:
        """Rows of `equity` at which a later attempt begins: lines are not drawn across."""
        return np.flatnonzero(np.diff(self.attempts)) + 1 if len(self.attempts) else np.empty(0, np.int64)

    @cached_property
    def floors(self) -> list[Closest]:
        """The closest approach of each floor of the firm that was measured, nearest first."""
        states = self.outcome.rule_states
        rows = [row for row, rule in enumerate(self.outcome.book.rows) if rule.family is Family.FLOOR]
        known = [row for row in rows if np.isfinite(states["worst_headroom"][row])]
        return sorted((self.approach(row) for row in known), key=lambda each: (each.left, each.row))

    def approach(self, row: int) -> Closest:
        """The closest approach of one rule."""
        seen = self.outcome.rule_states[row]
        return Closest(
            row=row,
            name=short(self.outcome.book.rows[row].key),
            value=float(seen["worst_value"]),
            floor=float(seen["worst_limit"]),
            left=float(seen["worst_headroom"]),
            time=int(seen["worst_at"]),
        )

    @cached_property
    def day_attempts(self) -> NDArray[np.int64]:
        """The row of `outcome.phases` each trading day of the record belongs to; a phase's first day begins with it."""
        later = np.searchsorted(self.outcome.phases["started"], self.outcome.days["time"], side="right")
        return np.maximum(later - 1, 0).astype(np.int64)

    def rule_rows(self, code: Code) -> list[int]:
        """Rows of the rule table of this kind, of phases that were entered."""
        entered = {int(number) for number in self.outcome.phases["phase"]}
        return [row for row, rule in enumerate(self.outcome.book.rows) if rule.code is code and rule.phase in entered]
