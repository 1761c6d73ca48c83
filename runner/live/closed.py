"""Trades that an account has closed, as its executions tell them: from flat to flat, fees and funding included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from runner.live.worth import Worth
from runner.model.trading import FillKind, FillSeen

NOTHING = Decimal()
GRAIN = Decimal("1e-8")  # of money


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A trade that is over. side: 1 long, -1 short. quantity: the largest that was open. result: account currency, costs taken off.

    orders: our ids of those that opened it.
    """

    symbol: str
    side: int
    opened_ms: int
    closed_ms: int
    quantity: Decimal
    result: Decimal
    orders: tuple[str, ...] = ()

    @property
    def won(self) -> bool:
        """Whether it made money."""
        return self.result > 0


@dataclass
class Open:
    """A position on its way: how much is open and what it was bought for altogether, and what it has brought so far."""

    opened_ms: int = 0
    side: int = 0
    size: Decimal = NOTHING
    paid: Decimal = NOTHING  # quantity × price of what is open
    largest: Decimal = NOTHING
    result: Decimal = NOTHING
    orders: list[str] = field(default_factory=list)


@dataclass
class Book:
    """Takes executions one by one, oldest first. worth: what their prices are worth."""

    worth: Worth = field(default_factory=Worth)
    running: dict[str, Open] = field(default_factory=dict)

    def take(self, fill: FillSeen) -> Iterator[Closed]:
        """The trades that an execution closes; one that turns a position round closes one and opens the next."""
        position = self.running.setdefault(fill.symbol, Open())
        if fill.kind is FillKind.FUNDING:
            position.result -= fill.fee
            return
        closing = min(fill.quantity, position.size) if position.size and fill.side != position.side else NOTHING
        share = closing / fill.quantity if fill.quantity else NOTHING
        position.result -= fill.fee * share
        if closing:
            self._close(position, fill, closing)
        if closing and not position.size:
            yield self._over(fill, position)
            position = self.running[fill.symbol] = Open()
        if closing < fill.quantity:
            position.result -= fill.fee * (1 - share)
            self._grow(position, fill, fill.quantity - closing)

    def _close(self, position: Open, fill: FillSeen, quantity: Decimal) -> None:
        """Part of it, or all, at its average entry."""
        entry = position.paid / position.size
        position.result += self.worth.gained(fill.symbol, (entry, fill.price), position.side, quantity)
        position.size -= quantity
        position.paid -= entry * quantity

    @staticmethod
    def _grow(position: Open, fill: FillSeen, quantity: Decimal) -> None:
        """A position begins, or there is more of it."""
        if not position.size:
            position.opened_ms, position.side = fill.at_ms, fill.side
        position.size += quantity
        position.paid += quantity * fill.price
        position.largest = max(position.largest, position.size)
        position.orders.append(fill.client_order_id)

    @staticmethod
    def _over(fill: FillSeen, position: Open) -> Closed:
        return Closed(
            symbol=fill.symbol,
            side=position.side,
            opened_ms=position.opened_ms,
            closed_ms=fill.at_ms,
            quantity=position.largest,
            result=position.result.quantize(GRAIN),
            orders=tuple(position.orders),
        )


def closed(fills: Iterable[FillSeen], worth: Worth | None = None) -> list[Closed]:
    """Every trade that these executions close, in the order of their closing; funding of an instant comes before its trades."""
    book = Book(worth=worth or Worth())
    ordered = sorted(fills, key=lambda each: (each.at_ms, each.kind is not FillKind.FUNDING))
    return [trade for fill in ordered for trade in book.take(fill)]


def profit_factor(trades: Iterable[Closed]) -> float | None:
    """What was won over what was lost; None where nothing was lost."""
    results = [trade.result for trade in trades]
    lost = -sum((each for each in results if each < 0), NOTHING)
    return float(sum((each for each in results if each > 0), NOTHING) / lost) if lost else None
