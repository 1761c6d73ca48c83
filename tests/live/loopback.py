"""A real desk at a real exchange on loopback whose time stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from runner.live.desk import Desk
from runner.live.keys import Keys, Secret
from runner.model.trading import OrderKind, OrderRequest
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.serve import Served
from runner.rehearsal.service import KEY, SECRET, Service
from runner.wire.bybit import BybitDialect


@dataclass
class VenueClock:
    """The exchange's time; waiting passes it."""

    exchange: Served

    def now_ms(self) -> int:
        """The present there."""
        return self.exchange.core.now_ms

    def sleep_ms(self, ms: int) -> None:
        """Let it pass."""
        if ms > 0:
            self.exchange.advance(ms)


@dataclass
class Loopback:
    """An exchange, an account's desk at it, and a trader's hand."""

    exchange: Served
    desk: Desk
    clock: VenueClock
    orders: int = 0

    @property
    def now_ms(self) -> int:
        """The exchange's time."""
        return self.clock.now_ms()

    def order(self, symbol: str = "BTCUSDT", side: int = 1, quantity: str = "1", **more: object) -> str:
        """Somebody else's order, at market unless it says otherwise; its id."""
        self.orders += 1
        fields = {"kind": OrderKind.MARKET} | more
        name = f"t{self.orders}"
        self.desk.place(OrderRequest(client_order_id=name, symbol=symbol, side=side, quantity=Decimal(quantity), **fields))  # type: ignore[arg-type]
        return name

    def limit(self, price: str, *, symbol: str = "BTCUSDT", side: int = 1, quantity: str = "1", **more: object) -> str:
        """An order that rests."""
        return self.order(symbol, side, quantity, kind=OrderKind.LIMIT, price=Decimal(price), **more)

    def resting(self) -> list[str]:
        """Client order ids of what rests, the positions' own stops left out."""
        return sorted(order.client_order_id for order in self.desk.open_orders() if order.client_order_id)


@contextmanager
def loopback(**setup: object) -> Iterator[Loopback]:
    """The exchange and the desk, both closed at the end. Everything costs 100 at first."""
    with Served(Service(pace="still", setup=Setup(**setup))) as exchange:  # type: ignore[arg-type]
        clock = VenueClock(exchange)
        desk = Desk(BybitDialect(endpoint=exchange.http), Keys(key=Secret(KEY), secret=Secret(SECRET)), clock)
        try:
            yield Loopback(exchange=exchange, desk=desk, clock=clock)
        finally:
            desk.close()
