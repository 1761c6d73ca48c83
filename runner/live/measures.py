"""How each rule of the running phase stands now, as a ledger's records say it.

Of an allowance (`share_left`) only what can be used up is told: floors, one symbol's loss of the day, our own ladder, time that runs out.
A target, days and shares are goals: they say how far they have come, and never warn of being near.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from runner.live.counted import Counted
from runner.live.levels import allowance, anchor_of, equity_of, floor_of, held_against, open_result, snapped, worst_case
from runner.live.status import RuleStatus
from runner.machine.state import World
from runner.model.rules import Code, Family, HouseMeasure, RuleBook, RuleRow, Window

type Seen = tuple[float | None, float | None, float | None, float | None]  # value, limit, headroom, share of the allowance that is left
NOTHING: Seen = (None, None, None, None)


@dataclass(frozen=True)
class Measures:
    """The rules of one ledger at an instant, UTC milliseconds. Whoever asks must not tell the machine anything meanwhile."""

    world: World
    book: RuleBook
    now_ms: int

    @cached_property
    def phase(self) -> int:
        """The running phase's number."""
        return int(self.world.ledger[0]["phase"])

    @cached_property
    def rows(self) -> tuple[tuple[int, RuleRow], ...]:
        """The phase's rules with their rows in the book."""
        return tuple((number, row) for number, row in enumerate(self.book.rows) if row.phase == self.phase)

    @cached_property
    def counted(self) -> Counted:
        """The phase's counters."""
        return Counted(self.world, tuple((number, row) for number, row in self.rows if row.family is Family.COUNTER))

    @cached_property
    def equity(self) -> float:
        """Balance and open results at the marks."""
        return equity_of(self.world)

    def worst_case(self) -> float | None:
        """Equity if everything open and resting were stopped; None where the gate keeps no budgets."""
        return worst_case(self.world)

    def rules(self) -> tuple[RuleStatus, ...]:
        """Every rule that is measured, in the book's order."""
        made = ((row, self.seen(number, row)) for number, row in self.rows)
        return tuple(
            RuleStatus(
                rule=row.key,
                code=row.code.name,
                firm=bool(row.firm),
                value=value,
                limit=known(limit),
                headroom=known(headroom),
                share_left=left,
            )
            for row, (value, limit, headroom, left) in made
            if known(value) is not None
        )

    def seen(self, number: int, row: RuleRow) -> Seen:
        """One rule: what is measured, its limit, what is left, and which share of the allowance that is."""
        if row.family is Family.FLOOR:
            return self._floor(number, row)
        if row.family is Family.HOUSE:
            return self._rung(number, row)
        return self._ways[row.code](number, row) if row.code in self._ways else NOTHING

    @cached_property
    def _ways(self) -> dict[Code, Callable[[int, RuleRow], Seen]]:
        return {
            Code.PROFIT_TARGET: self._target,
            Code.TRADING_DAYS: self._days,
            Code.PROFITABLE_DAYS: self._days,
            Code.CONSISTENCY: self._share,
            Code.PROFIT_CAP: self._profit_cap,
            Code.INACTIVITY: self._time,
            Code.TIME_LIMIT: self._time,
            Code.PAYOUT: self._payout,
            Code.SYMBOL_DAILY_LOSS: self._symbol_loss,
            Code.OPEN_POSITIONS: self._open_positions,
            Code.ORDERS_PER_DAY: self._orders,
            Code.MODIFICATIONS_PER_DAY: self._moved,
        }

    def _floor(self, number: int, row: RuleRow) -> Seen:
        value, level = held_against(self.world, row, self.equity), floor_of(self.world, row, number)
        left = snapped(value - level)
        return value, level, left, share(left, allowance(self.world, row, anchor_of(self.world, row, number)))

    def _rung(self, number: int, row: RuleRow) -> Seen:
        ledger, initial = self.world.ledger[0], float(self.world.ledger[0]["initial"])
        if row.measure == HouseMeasure.DAY_LOSS:
            value = (anchor_of(self.world, row, number) - self.equity) / initial
        elif row.measure == HouseMeasure.DRAWDOWN:
            value = (max(float(ledger["equity_high"]), self.equity) - self.equity) / initial
        elif row.measure == HouseMeasure.FLOOR_USED:
            value = self._floor_used()
        elif row.measure == HouseMeasure.LOSING_STREAK:
            value = float(ledger["losing_streak"])
        else:
            return NOTHING
        return value, row.limit, row.limit - value, share(row.limit - value, row.limit)

    def _floor_used(self) -> float:
        """The largest share of a firm floor's allowance that is used."""
        worst = 0.0
        for number, row in self.rows:
            if row.family is Family.FLOOR and row.firm:
                amount = allowance(self.world, row, anchor_of(self.world, row, number))
                worst = max(worst, 1.0 - (self.equity - floor_of(self.world, row, number)) / amount)
        return worst

    def _target(self, _number: int, _row: RuleRow) -> Seen:
        credited, target = self.counted.credited(), self.counted.target()
        return credited, target, snapped(target - credited), None

    def _days(self, number: int, row: RuleRow) -> Seen:
        days = self.counted.days_of(number)
        return float(days), float(row.count), float(row.count - days), None

    def _share(self, _number: int, row: RuleRow) -> Seen:
        found = self.counted.share(row)
        return NOTHING if found is None else (found, row.limit, row.limit - found, None)

    def _profit_cap(self, _number: int, row: RuleRow) -> Seen:
        if math.isnan(row.amount):
            return NOTHING
        today = self.counted.today()
        return today, row.amount, snapped(row.amount - today), None

    def _time(self, _number: int, row: RuleRow) -> Seen:
        begun = self.counted.since(row)
        if not begun:
            return NOTHING
        gone = max(0, self.now_ms - begun)
        return float(gone), float(row.duration_ms), float(row.duration_ms - gone), share(row.duration_ms - gone, row.duration_ms)

    def _payout(self, _number: int, row: RuleRow) -> Seen:
        """What would be paid now, against the smallest payout: 0 while it is too early or something holds it back."""
        ledger = self.world.ledger[0]
        profit = snapped(float(ledger["balance"] - ledger["initial"]) - row.limit_2)
        most = [step for step in row.steps[: int(ledger["payouts"]) + 1] if not math.isnan(step)]
        early = self.now_ms < int(ledger["next_payout"]) or 0 < row.count <= int(ledger["payouts"])
        if early or self._held_back() or profit <= 0 or profit < row.amount:
            return 0.0, row.amount, None, None
        return snapped(min([row.value * profit, *most[-1:]])), row.amount, None, None

    def _held_back(self) -> bool:
        for number, row in self.rows:
            if row.code is Code.PROFITABLE_DAYS and row.window is Window.PAYOUT_CYCLE and self.counted.days_of(number) < row.count:
                return True
            if row.code is Code.CONSISTENCY and row.severity.name == "BLOCK_PAYOUT" and not self.counted.share_holds(row):
                return True
        return False

    def _symbol_loss(self, number: int, row: RuleRow) -> Seen:
        """The symbol that has lost most since the reset, closed and open."""
        losses = (-float(each["day_result"][row.clock]) - (open_result(each) if each["side"] else 0.0) for each in self.world.positions)
        limit, loss = allowance(self.world, row, anchor_of(self.world, row, number)), snapped(max(0.0, max(losses, default=0.0)))
        return loss, limit, snapped(limit - loss), share(limit - loss, limit)

    def _open_positions(self, _number: int, row: RuleRow) -> Seen:
        return self._count(int(self.world.ledger[0]["open_positions"]), row)

    def _orders(self, _number: int, row: RuleRow) -> Seen:
        return self._count(int(self.world.clocks[row.clock]["orders"]), row)

    def _moved(self, _number: int, row: RuleRow) -> Seen:
        return self._count(int(self.world.clocks[row.clock]["moved"]), row)

    def _count(self, count: int, row: RuleRow) -> Seen:
        """A cap that the gate keeps: it is reached in the ordinary course of trading, and never broken by it."""
        return float(count), float(row.count), float(row.count - count), None


def share(left: float, whole: float) -> float | None:
    """What is left as a share of the whole, 0 to 1; None where there is no whole."""
    return max(0.0, min(1.0, left / whole)) if whole > 0 else None


def known(number: float | None) -> float | None:
    """A number that JSON can hold; None for none."""
    return number if number is not None and math.isfinite(number) else None
