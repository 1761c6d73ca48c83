"""Everything the exchange knows, and the two places where it tells what happens: the streams' outbox and its own log."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from runner.rehearsal.core.listing import ZERO, Listing, cents
from runner.rehearsal.core.order import Fill, Order
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.refusal import RefusalError, Why
from runner.rehearsal.core.setup import Setup


@dataclass(slots=True, kw_only=True)
class Market:
    """One listing: its prices now, who rests in it, who holds it."""

    listing: Listing
    last: Decimal
    mark: Decimal
    index: Decimal
    leverage: Decimal
    hedge: bool
    orders: dict[str, Order] = field(default_factory=dict)  # the open ones, oldest first
    positions: dict[int, Position] = field(default_factory=dict)
    rate: Decimal = Decimal("0.0001")
    next_funding_ms: int = 0
    halted: bool = False
    day: tuple[Decimal, Decimal, Decimal] = (ZERO, ZERO, ZERO)  # first, highest and lowest price of the day

    @property
    def busy(self) -> bool:
        """Whether a move of the price could change anything for the account."""
        return bool(self.orders) or any(p.side for p in self.positions.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One change of a balance. `change` = `cash` + `funding` - `fee`."""

    number: int
    id: str
    word: str  # TRADE, SETTLEMENT, LIQUIDATION, ADL, TRANSFER_IN, TRANSFER_OUT, ...
    coin: str
    market: str
    side: int
    quantity: Decimal
    price: Decimal
    size: Decimal  # of the position after it
    cash: Decimal
    funding: Decimal
    fee: Decimal
    rate: Decimal
    change: Decimal
    balance: Decimal
    trade_id: str
    order_id: str
    link: str
    at_ms: int


@dataclass(slots=True, kw_only=True)
class Closed:
    """What one order took off a position, told as realised profit."""

    number: int
    order: Order
    side: int
    quantity: Decimal = ZERO
    entry_value: Decimal = ZERO
    exit_value: Decimal = ZERO
    open_fee: Decimal = ZERO
    close_fee: Decimal = ZERO
    profit: Decimal = ZERO
    fills: int = 0
    leverage: Decimal = ZERO
    word: str = "Trade"
    created_ms: int = 0
    updated_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something the streams will tell: `kind` order, fill, position, wallet, ticker, print; `data` as it stood then."""

    kind: str
    market: str
    data: Any
    at_ms: int


type Oracle = Callable[[str, str], bool]


class State:
    """The exchange's whole state. `oracle(kind, market)` says whether a mishap of that kind strikes now; usually none does."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.now_ms = setup.start_ms
        self.chance = random.Random(setup.seed)  # noqa: S311 - repeatable on purpose
        self.isolated = setup.isolated
        self.coins: dict[str, Decimal] = {setup.coin: setup.balance}
        self.given = dict(self.coins)  # what came from outside trading
        self.markets: dict[str, Market] = {}
        self.orders: dict[str, Order] = {}
        self.links: dict[str, str] = {}
        self.fills: list[Fill] = []
        self.ledger: list[Row] = []
        self.closed: list[Closed] = []
        self.outbox: list[Event] = []
        self.log: list[dict[str, Any]] = []
        self.numbers = 0
        self.oracle: Oracle = lambda _kind, _market: False
        self.ids = random.Random(setup.seed + 7_919)  # noqa: S311 - ids only
        for listing in setup.listings:
            self.list_market(listing)

    def list_market(self, listing: Listing) -> Market:
        """Open a market for a listing."""
        price = self.setup.prices.get(listing.key, Decimal(100))
        market = Market(
            listing=listing,
            last=price,
            mark=price,
            index=price,
            leverage=min(self.setup.leverage, listing.max_leverage),
            hedge=self.setup.hedge and not listing.spot,
            day=(price, price, price),
        )
        market.next_funding_ms = (self.now_ms // listing.funding_interval_ms + 1) * listing.funding_interval_ms
        self.markets[listing.key] = market
        place_positions(market)
        return market

    def market(self, key: str) -> Market:
        """The market of that key; refuses one that is not listed."""
        found = self.markets.get(key)
        if found is None:
            raise RefusalError(Why.NO_SYMBOL, "symbol invalid")
        return found

    def orders_open(self) -> list[Order]:
        """Every open order."""
        return [order for market in self.markets.values() for order in market.orders.values()]

    def orders_closed(self, most: int) -> list[Order]:
        """The youngest orders that are over, at most so many, oldest first."""
        found: list[Order] = []
        for order in reversed(self.orders.values()):
            if not order.open:
                found.append(order)
                if len(found) == most:
                    break
        return found[::-1]

    def number(self) -> int:
        """The next in the exchange's own count of everything."""
        self.numbers += 1
        return self.numbers

    def new_id(self) -> str:
        """An id in the shape of a UUID, the same for the same seed."""
        raw = f"{self.ids.getrandbits(128):032x}"
        return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-a{raw[17:20]}-{raw[20:]}"

    def tell(self, kind: str, market: str, data: Any = None) -> None:
        """Put a copy into the streams' outbox."""
        self.outbox.append(Event(kind=kind, market=market, data=copy.copy(data), at_ms=self.now_ms))

    def note(self, kind: str, **fields: Any) -> None:
        """Write a row of the exchange's own log; it is only ever appended to."""
        self.log.append({"n": len(self.log) + 1, "at": self.now_ms, "kind": kind, **fields})

    def pay(self, coin: str, change: Decimal) -> tuple[Decimal, Decimal]:
        """Change a balance by money rounded to 1e-8: what was added, and the balance after it."""
        added = cents(change)
        self.coins[coin] = self.coins.get(coin, ZERO) + added
        return added, self.coins[coin]


def place_positions(market: Market) -> None:
    """Give a market the sides its position mode has."""
    indices = () if market.listing.spot else (1, 2) if market.hedge else (0,)
    market.positions = {index: Position(market=market.listing.key, index=index) for index in indices}
