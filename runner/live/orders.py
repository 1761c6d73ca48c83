"""The orders that are ours: what each is for, what the venue has of it, and ids that are never used twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from runner.journal.live import IntentState, LiveJournal
from runner.model.records import Reason
from runner.model.trading import Lasts, OrderKind, OrderRequest, OrderSeen

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LETTER = {Reason.ENTRY: "e", Reason.ADD: "a", Reason.QUOTE: "q", Reason.TARGET: "t", Reason.ADVERSE: "d", Reason.DEFENCE: "p"}
OPENING = (Reason.ENTRY, Reason.ADD, Reason.QUOTE)


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What one of our orders is for. `plan` is the plan's number, `step` that of its target, add step or tier."""

    symbol: str
    role: Reason
    plan: int
    step: int = 0

    @property
    def opens(self) -> bool:
        """Whether it opens or enlarges a position."""
        return self.role in OPENING

    @property
    def place(self) -> str:
        """Plan and step in one word, as the journal keeps them."""
        return f"{self.plan}.{self.step}"


@dataclass(kw_only=True)
class LiveOrder:
    """One order of ours that is, or may be, at the venue."""

    id: str
    purpose: Purpose
    kind: OrderKind
    side: int
    quantity: Decimal
    price: Decimal | None  # its limit, or its trigger
    state: IntentState
    sent_ms: int
    filled: Decimal = Decimal(0)
    order_id: str = ""
    asked_ms: int = 0  # when it was last asked about

    @property
    def uncertain(self) -> bool:
        """Whether only asking tells if the venue has it."""
        return self.state in (IntentState.INTENDED, IntentState.SENT, IntentState.UNKNOWN)

    @property
    def leaves(self) -> bool:
        """Whether it closes something at the market."""
        return self.kind is OrderKind.MARKET and not self.purpose.opens

    def exit_request(self) -> OrderRequest:
        """The request that an order which `leaves` was sent with."""
        return OrderRequest(
            client_order_id=self.id,
            symbol=self.purpose.symbol,
            side=self.side,
            kind=OrderKind.MARKET,
            quantity=self.quantity,
            lasts=Lasts.IOC,
            reduce_only=True,
        )


class Orders:
    """Our open orders by id, kept in the journal before anything is sent."""

    def __init__(self, journal: LiveJournal, account: str, environment: str) -> None:
        self.journal = journal
        self.open: dict[str, LiveOrder] = {}
        self.tag = _tag(journal, account, environment)

    def restore(self) -> None:
        """Take up every order of which something may still come."""
        for intent in self.journal.open_intents():
            plan, _, step = intent.plan.partition(".")
            purpose = Purpose(symbol=intent.symbol, role=Reason[intent.role], plan=int(plan), step=int(step or 0))
            request = intent.request
            price = request.get("price") or request.get("trigger_price")
            self.open[intent.client_order_id] = LiveOrder(
                id=intent.client_order_id,
                purpose=purpose,
                kind=OrderKind(request["kind"]),
                side=int(request["side"]),
                quantity=Decimal(str(request["quantity"])),
                price=None if price is None else Decimal(str(price)),
                state=intent.state,
                sent_ms=intent.time_ms,
                filled=self._filled(intent.client_order_id),
                order_id=intent.order_id,
            )

    def new_id(self, purpose: Purpose) -> str:
        """An id for one more order of this purpose; the journal counts, so no restart gives it again."""
        letter = LETTER.get(purpose.role, "x")
        number = self.journal.counter("order")
        return f"{self.tag}-{letter}{_short(max(purpose.plan, 0))}-{purpose.step}-{_short(number)}"

    def is_ours(self, client_order_id: str) -> bool:
        """Whether this account's bot gave the id."""
        return client_order_id.startswith(f"{self.tag}-")

    def intend(self, purpose: Purpose, request: OrderRequest, now_ms: int) -> LiveOrder:
        """Write the order down; only then may it be sent."""
        self.journal.intent(request.client_order_id, now_ms, purpose.symbol, purpose.role.name, purpose.place, _plain(request))
        order = LiveOrder(
            id=request.client_order_id,
            purpose=purpose,
            kind=request.kind,
            side=request.side,
            quantity=request.quantity,
            price=request.price if request.price is not None else request.trigger_price,
            state=IntentState.INTENDED,
            sent_ms=now_ms,
        )
        self.open[order.id] = order
        return order

    def step(self, order: LiveOrder, state: IntentState, now_ms: int, order_id: str = "", detail: str = "") -> None:
        """What has become of an order; one that is final leaves the book."""
        if order.state is state and order.id in self.open:
            return
        order.state = state
        order.order_id = order_id or order.order_id
        self.journal.step(order.id, now_ms, state, order.order_id, detail)
        if state.final:
            self.open.pop(order.id, None)

    def of(self, symbol: str) -> Iterator[LiveOrder]:
        """The symbol's open orders, oldest first."""
        return (order for order in list(self.open.values()) if order.purpose.symbol == symbol)

    def find(self, purpose: Purpose) -> LiveOrder | None:
        """The open order of a purpose."""
        return next((order for order in self.open.values() if order.purpose == purpose), None)

    def purpose_of(self, client_order_id: str) -> Purpose | None:
        """What an order of ours was for, also when it is long finished; None for one that is not ours."""
        if client_order_id in self.open:
            return self.open[client_order_id].purpose
        intent = self.journal.intent_of(client_order_id) if self.is_ours(client_order_id) else None
        if intent is None:
            return None
        plan, _, step = intent.plan.partition(".")
        return Purpose(symbol=intent.symbol, role=Reason[intent.role], plan=int(plan), step=int(step or 0))

    def _filled(self, client_order_id: str) -> Decimal:
        return sum((each.fill.quantity for each in self.journal.fills_of(client_order_id)), Decimal(0))


def adopted(order: LiveOrder, seen: OrderSeen) -> None:
    """The venue's id and quantity of an order that was found there."""
    order.order_id = seen.order_id
    order.quantity = seen.quantity if seen.quantity > 0 else order.quantity


def _tag(journal: LiveJournal, account: str, environment: str) -> str:
    """Six characters that begin every id of this journal; written down once, other for each journal."""
    known = journal.meta("tag")
    if known is None:
        seed = f"{account}:{environment}:{journal.meta('born') or ''}"
        known = "r" + hashlib.sha256(seed.encode()).hexdigest()[:6]
        journal.set_meta("tag", known)
    return known


def _short(number: int) -> str:
    """A number in base 36."""
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
        if number == 0:
            return text


def _plain(request: OrderRequest) -> dict[str, Any]:
    """The request as JSON knows it."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(request).items()}
