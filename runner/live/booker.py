"""Executions booked once, whatever way they come: in the journal and the machine in one transaction, with what they were for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from loguru import logger

from runner.journal.live import IntentState, LiveJournal
from runner.live.account import LiveAccount
from runner.live.clock import Clock
from runner.live.executor import Executor
from runner.live.orders import OPENING, LiveOrder
from runner.model.following import Told
from runner.model.records import Reason
from runner.model.trading import FillKind, FillSeen, OrderKind, Origin


@dataclass(frozen=True, kw_only=True)
class Booker:
    """Tells the machine what the venue filled."""

    account: LiveAccount
    journal: LiveJournal
    clock: Clock
    executor: Executor

    def book(self, seen: FillSeen, turn_ms: int | None, last: float) -> None:
        """Book an execution, unless it is known. turn_ms: the boundary that is being crossed; last: the symbol's last price."""
        role, plan, step = self.role_of(seen)
        if not self.journal.fill(seen, self.clock.now_ms(), f"{plan}.{step}", role.name):
            return
        if seen.kind is FillKind.FUNDING:
            self.account.tell(Told.FUNDING, self.account.follower.time_ms, seen.symbol, amount=float(-seen.fee))
            return
        order = self.executor.orders.open.get(seen.client_order_id)
        if self._is_foreign(seen, role):
            self._keep_off(seen)
            return
        self._tell(seen, (role, plan, step), order, turn_ms, last)

    def answers_us(self, seen: FillSeen) -> bool:
        """Whether a fill belongs to the running instant whenever it comes: funding, and what we sent at the market."""
        order = self.executor.orders.open.get(seen.client_order_id)
        return seen.kind is FillKind.FUNDING or (order is not None and order.kind is OrderKind.MARKET)

    def role_of(self, seen: FillSeen) -> tuple[Reason, int, int]:
        """(role, plan, step) of an execution: by our id, by who made the order, else somebody else's hand."""
        purpose = self.executor.orders.purpose_of(seen.client_order_id)
        if purpose is not None:
            return purpose.role, purpose.plan, purpose.step
        if seen.kind in (FillKind.LIQUIDATION, FillKind.ADL) or seen.origin in (Origin.LIQUIDATION, Origin.ADL):
            return Reason.LIQUIDATION, -1, 0
        if seen.origin in (Origin.STOP_LOSS, Origin.TRAILING_STOP, Origin.TAKE_PROFIT):
            return Reason.STOP, -1, 0
        return Reason.HOUSE, -1, 0

    def _is_foreign(self, seen: FillSeen, role: Reason) -> bool:
        """Whether a fill opened or enlarged something that we did not ask for."""
        position = self.account.follower.position(seen.symbol)
        return role not in OPENING and (position is None or position.side == seen.side)

    def _keep_off(self, seen: FillSeen) -> None:
        self.executor.freeze(seen.symbol, f"a fill of {seen.quantity} that is not ours")
        detail = {"symbol": seen.symbol, "execution": seen.execution_id, "quantity": str(seen.quantity)}
        self.journal.note(self.clock.now_ms(), "foreign_fill", detail)

    def _tell(self, seen: FillSeen, what: tuple[Reason, int, int], order: LiveOrder | None, turn_ms: int | None, last: float) -> None:
        """Tell the machine, and take the quantity off the order."""
        role, plan, step = what
        done = 0
        if order is not None:
            order.filled += seen.quantity
            done = int(order.filled >= order.quantity)
        self.account.tell(
            Told.FILL,
            booked_ms(seen, order, turn_ms),
            seen.symbol,
            plan=plan,
            role=int(role),
            step=step,
            done=done,
            maker=int(seen.maker),
            quantity=float(seen.quantity),
            price=float(seen.price),
            fee=float(seen.fee),
            reference=reference(order, last),
        )
        balance = self.account.follower.balance
        logger.info("{} {} filled {} at {}, balance {:.2f}", role.name, seen.symbol, seen.quantity, seen.price, balance)
        if order is not None and done:
            self.executor.orders.step(order, IntentState.FILLED, self.clock.now_ms(), seen.order_id)
        if not self.account.follower.holds(seen.symbol):
            self.executor.is_flat(seen.symbol)


def booked_ms(seen: FillSeen, order: LiveOrder | None, turn_ms: int | None) -> int:
    """When a fill is booked: what was sent at a bar's open belongs to that instant."""
    return turn_ms if turn_ms is not None and order is not None and order.kind is OrderKind.MARKET else seen.at_ms


def reference(order: LiveOrder | None, last: float) -> float:
    """The price that was reckoned with for an order; NaN where the machine knows it better."""
    if order is None:
        return math.nan
    return last if order.price is None else float(order.price)
