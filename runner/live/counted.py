"""What the counter rules of a ledger count now: credited profit, the target as it is raised, the best day's share, days, quiet time.

The compiled machine works these out for itself (`runner/machine/consistency.py`); this reads the same numbers off its records.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runner.live.levels import snapped
from runner.machine.state import FOREVER, World
from runner.model.rules import Code, Compare, DayResult, Event, RuleRow, Scope, Severity, Window


@dataclass(frozen=True)
class Counted:
    """A ledger's counters. rules: (row in the book, rule) of the running phase."""

    world: World
    rules: tuple[tuple[int, RuleRow], ...]

    @property
    def ledger(self) -> Any:
        """The ledger's one record."""
        return self.world.ledger[0]

    def of(self, code: Code) -> Iterator[RuleRow]:
        """The phase's rules of that code."""
        return (row for _, row in self.rules if row.code is code)

    def plain_target(self) -> float:
        """The profit target as it is written, account currency; NaN without one."""
        row = next(self.of(Code.PROFIT_TARGET), None)
        if row is None:
            return math.nan
        return row.amount if not math.isnan(row.amount) else snapped(row.limit * float(self.ledger["initial"]))

    def target(self) -> float:
        """The profit target as consistency rules raise it; NaN without one."""
        target = self.plain_target()
        raising = (row for row in self.of(Code.CONSISTENCY) if row.severity is Severity.RAISE_TARGET)
        return target if math.isnan(target) else max([target, *(snapped(self.best(row) / row.limit) for row in raising)])

    def today(self, window: int = Window.PHASE) -> float:
        """Closed result of the running day, as far as it lies in the window."""
        since = self.world.clocks[0]["counted_from"] if window == Window.PHASE else self.ledger["cycle_from"]
        return snapped(float(self.ledger["balance"] - since))

    def best(self, row: RuleRow) -> float:
        """The best day, the running one included, or the best trade of the rule's window."""
        if row.scope == Scope.TRADE:
            return float(self.ledger["best_trade"][row.window])
        return max(float(self.ledger["best_day"][row.window]), self.today(row.window))

    def whole(self, row: RuleRow) -> float:
        """What the rule's share is of."""
        if row.denominator == DayResult.PHASE_TARGET:
            return self.plain_target()
        if row.denominator == DayResult.SUM_POSITIVE:
            return float(self.ledger["sum_positive"][row.window]) + max(0.0, self.today(row.window))
        return float(self.ledger["balance"] - self.ledger["base"][row.window])

    def share(self, row: RuleRow) -> float | None:
        """The best day or trade as a share; None where there is no profit to be a share of."""
        whole = self.whole(row)
        return self.best(row) / whole if whole > 0 else None

    def share_holds(self, row: RuleRow) -> bool:
        """Whether the best day or trade is within its share."""
        gap = snapped(self.best(row) - row.limit * self.whole(row))
        return gap < 0 if row.compare is Compare.LT else gap <= 0

    def credited(self) -> float:
        """Profit that counts towards the target, the running day included."""
        kept = self._capped_day(self.today())
        day_cap, trade_cap = self._moving_cap(Scope.DAY), self._moving_cap(Scope.TRADE)
        counted = float(self.ledger["credited_past"]) + kept
        if day_cap < math.inf:
            days = self.world.days["credited"][self.ledger["first_day"] : self.ledger["days"]]
            counted = min(kept, day_cap) + sum(min(float(day), day_cap) for day in days)
        if trade_cap < math.inf:
            trades = self.world.trades["profit"][self.ledger["first_trade"] : self.ledger["trades"]]
            counted -= sum(max(0.0, float(profit) - trade_cap) for profit in trades)
        return snapped(counted)

    def _capped_day(self, result: float) -> float:
        result -= float(self.ledger["over_cap"])
        caps = [row.amount for row in self.of(Code.PROFIT_CAP) if not math.isnan(row.amount)]
        shares = [row for row in self._adjusting() if row.scope == Scope.DAY and row.denominator == DayResult.PHASE_TARGET]
        return min([result, *caps, *(row.limit * self.plain_target() for row in shares)])

    def _moving_cap(self, scope: Scope) -> float:
        rows = [row for row in self._adjusting() if row.scope == scope and row.denominator != DayResult.PHASE_TARGET]
        return min((snapped(max(0.0, row.limit * self.whole(row))) for row in rows), default=math.inf)

    def _adjusting(self) -> Iterator[RuleRow]:
        return (row for row in self.of(Code.CONSISTENCY) if row.severity is Severity.ADJUST)

    def days_of(self, number: int) -> int:
        """Days that count for that rule of the book."""
        return int(self.world.rule_states[number]["days"])

    def since(self, row: RuleRow) -> int:
        """The instant from which an inactivity rule or a time limit counts; 0 where it has not begun to."""
        begun = int(self.ledger["active_at"][row.event])
        if row.code is Code.TIME_LIMIT:
            begun = int(self.ledger["first_open"] if row.event == Event.OPEN else self.ledger["phase_started"])
        return 0 if begun == FOREVER else begun
