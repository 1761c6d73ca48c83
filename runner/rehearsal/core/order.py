"""An order at the exchange, of a user or made by the exchange to protect a position."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from runner.model.plan import Trigger
from runner.model.trading import Lasts, OrderKind, Origin
from runner.rehearsal.core.listing import ZERO


class Stage(StrEnum):
    """Where an order stands."""

    UNTRIGGERED = "untriggered"
    TRIGGERED = "triggered"
    NEW = "new"
    PARTLY_FILLED = "partly_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    DEACTIVATED = "deactivated"


OPEN = frozenset({Stage.UNTRIGGERED, Stage.TRIGGERED, Stage.NEW, Stage.PARTLY_FILLED})
STOPS = frozenset({Origin.STOP_LOSS, Origin.TRAILING_STOP})
CHILDREN = frozenset({Origin.STOP_LOSS, Origin.TAKE_PROFIT, Origin.TRAILING_STOP})


@dataclass(frozen=True, kw_only=True)
class Exits:
    """Stop and target that come with an order, or are asked for on a position. `partial`: for its own quantity only."""

    stop: Decimal | None = None
    target: Decimal | None = None
    stop_by: Trigger = Trigger.LAST
    target_by: Trigger = Trigger.LAST
    partial: bool = False
    stop_limit: Decimal | None = None  # partial only: a limit order instead of a market order
    target_limit: Decimal | None = None

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return self.stop is not None or self.target is not None


NO_EXITS = Exits()


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a user asks for. `index`: 0 one-way, 1 the long and 2 the short side of a hedged symbol."""

    market: str
    side: int
    kind: OrderKind
    quantity: Decimal
    link: str = ""
    price: Decimal | None = None
    lasts: Lasts = Lasts.GTC
    index: int = 0
    reduce_only: bool = False
    close_on_trigger: bool = False
    trigger_price: Decimal | None = None
    rises: bool = True
    trigger_by: Trigger = Trigger.LAST
    exits: Exits = NO_EXITS
    tolerance: Decimal | None = None  # the worst price a market order may get, as a distance


@dataclass(slots=True, kw_only=True)
class Order:
    """One order. `number` is its age, `pair` the id of the leg that goes when this one fills."""

    number: int
    id: str
    ticket: Ticket
    quantity: Decimal
    price: Decimal | None
    trigger_price: Decimal | None
    exits: Exits
    origin: Origin
    stage: Stage
    created_ms: int
    updated_ms: int
    last_then: Decimal
    partial: bool = False
    pair: str = ""
    filled: Decimal = ZERO
    value: Decimal = ZERO
    fee: Decimal = ZERO
    profit: Decimal = ZERO
    reject: str = ""
    cancel: str = ""

    @property
    def left(self) -> Decimal:
        """What has not filled."""
        return self.quantity - self.filled

    @property
    def open(self) -> bool:
        """Whether it can still fill."""
        return self.stage in OPEN

    @property
    def conditional(self) -> bool:
        """Whether it waits for its trigger."""
        return self.stage is Stage.UNTRIGGERED

    @property
    def side(self) -> int:
        """+1 buys, -1 sells."""
        return self.ticket.side

    @property
    def reduces(self) -> bool:
        """Whether it may only make a position smaller."""
        return self.ticket.reduce_only or self.ticket.close_on_trigger

    @property
    def average(self) -> Decimal | None:
        """The price it got, None before any fill."""
        return self.value / self.filled if self.filled else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution. `fee` is what was paid, in `fee_coin`; of funding the payment. `closed`: what it took off a position."""

    number: int
    id: str
    order: Order  # as it stood after the fill
    market: str
    side: int
    quantity: Decimal
    price: Decimal
    fee: Decimal
    rate: Decimal
    fee_coin: str
    maker: bool
    word: str  # Trade, Funding, BustTrade, AdlTrade
    closed: Decimal
    profit: Decimal
    mark: Decimal
    at_ms: int
