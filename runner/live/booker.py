"""Executions booked once, whatever way they come: in the journal and the machine in one transaction, with what they were for."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal

from loguru import logger

from runner.journal.live import IntentState, LiveJournal
from runner.live.account import LiveAccount
from runner.live.clock import Clock
from runner.live.executor import Executor
from runner.live.orders import OPENING, LiveOrder
from runner.model.following import Told
from runner.model.records import Reason
from runner.model.trading import FillKind, FillSeen, OrderKind, Origin

OTHERS = ("g", "h")  # what ids of the guard and of orders by hand begin with
FOREIGN = "foreign_fill"  # a note: somebody else has opened or enlarged something
BESIDE = "beside_fill"  # a note: that is closed again, or what guard and way out have closed was not the bot's
HAND = "hand_fill"  # a note: somebody else has closed what was the bot's
ZERO = Decimal(0)


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
        ours = self._ours(seen, role)
        if ours < seen.quantity:
            self._leave(seen, role, seen.quantity - ours)
        if ours:
            share = replace(seen, quantity=ours, fee=seen.fee * ours / seen.quantity)
            self._tell(share, (role, plan, step), order, turn_ms, last)
            if is_by_hand(seen, role):
                self._note(HAND, seen, ours)

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

    def _ours(self, seen: FillSeen, role: Reason) -> Decimal:
        """How much of an execution is the bot's: nothing of what opened or enlarged something that it did not ask for.

        What somebody closes by hand is first what he has opened himself; stops, the guard and the way out close the bot's first.
        """
        if role in OPENING:
            return seen.quantity
        position = self.account.follower.position(seen.symbol)
        if position is None or position.side == seen.side:
            return ZERO
        if self.executor.orders.purpose_of(seen.client_order_id) is not None:
            return seen.quantity
        held, step = Decimal(repr(position.quantity)), self.executor.contracts[seen.symbol].step
        left = seen.quantity - (min(seen.quantity, self._beside(seen)) if is_by_hand(seen, role) else ZERO)
        return left if left < held + step / 2 else held

    def _beside(self, seen: FillSeen) -> Decimal:
        """How much somebody else holds of a symbol that an execution can close, since venue and ledger agreed last."""
        agreed = max((each.time_ms for each in self.journal.notes("thawed") if each.detail.get("symbol") == seen.symbol), default=0)
        notes = [
            each for kind in (FOREIGN, BESIDE) for each in self.journal.notes(kind, agreed + 1) if each.detail.get("symbol") == seen.symbol
        ]
        held = sum((int(each.detail.get("side", 0)) * Decimal(each.detail["quantity"]) for each in notes), ZERO)
        return max(ZERO, -seen.side * held)

    def _leave(self, seen: FillSeen, role: Reason, quantity: Decimal) -> None:
        """Write down what is not the bot's; where it opened something nobody here has sent, no entry is taken any more."""
        whole = role in (Reason.STOP, Reason.LIQUIDATION) and quantity < seen.quantity  # the venue closes whatever is open
        closes = whole or seen.client_order_id.startswith(OTHERS) or self._beside(seen) >= quantity
        if not closes:
            self.executor.freeze(seen.symbol, f"a fill of {quantity} that is not ours")
        self._note(BESIDE if closes else FOREIGN, seen, quantity)

    def _note(self, kind: str, seen: FillSeen, quantity: Decimal) -> None:
        detail = {"symbol": seen.symbol, "execution": seen.execution_id, "side": seen.side, "quantity": str(quantity)}
        self.journal.note(self.clock.now_ms(), kind, detail)

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


def is_by_hand(seen: FillSeen, role: Reason) -> bool:
    """Whether somebody has sent the order who is neither bot nor guard nor a way out, or the venue has."""
    return role is Reason.HOUSE and not seen.client_order_id.startswith(OTHERS)


def booked_ms(seen: FillSeen, order: LiveOrder | None, turn_ms: int | None) -> int:
    """When a fill is booked: what was sent at a bar's open belongs to that instant."""
    return turn_ms if turn_ms is not None and order is not None and order.kind is OrderKind.MARKET else seen.at_ms


def reference(order: LiveOrder | None, last: float) -> float:
    """The price that was reckoned with for an order; NaN where the machine knows it better."""
    if order is None:
        return math.nan
    return last if order.price is None else float(order.price)
