"""Trades that an account has closed, as its executions tell them: from flat to flat, fees and funding included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from runner.model.trading import FillKind, FillSeen

NOTHING = Decimal()


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A trade that is over. side: 1 long, -1 short. quantity: the largest that was open. result: account currency, costs taken off."""

    symbol: str
    side: int
    opened_ms: int
    closed_ms: int
    quantity: Decimal
    result: Decimal

    @property
    def won(self) -> bool:
        """Whether it made money."""
        return self.result > 0


@dataclass
class Open:
    """A position on its way: signed size, and what it has cost so far."""

    opened_ms: int = 0
    side: int = 0
    size: Decimal = NOTHING
    largest: Decimal = NOTHING
    result: Decimal = NOTHING


@dataclass
class Book:
    """Takes executions one by one, oldest first; linear contracts, one unit of quantity is one of the coin."""

    running: dict[str, Open] = field(default_factory=dict)

    def take(self, fill: FillSeen) -> Iterator[Closed]:
        """The trades that an execution closes; one that turns a position round closes one and opens the next."""
        position = self.running.setdefault(fill.symbol, Open())
        if fill.kind is FillKind.FUNDING:
            position.result -= fill.fee
            return
        signed = fill.side * fill.quantity
        closing = min(fill.quantity, abs(position.size)) if position.size * signed < 0 else NOTHING
        share = closing / fill.quantity if fill.quantity else NOTHING
        position.result -= fill.side * closing * fill.price + fill.fee * share
        position.size += fill.side * closing
        if closing and not position.size:
            yield self._over(fill, position)
            position = self.running[fill.symbol] = Open()
        opening = fill.quantity - closing
        if opening:
            if not position.size:
                position.opened_ms, position.side = fill.at_ms, fill.side
            position.size += fill.side * opening
            position.largest = max(position.largest, abs(position.size))
            position.result -= fill.side * opening * fill.price + fill.fee * (1 - share)

    @staticmethod
    def _over(fill: FillSeen, position: Open) -> Closed:
        return Closed(
            symbol=fill.symbol,
            side=position.side,
            opened_ms=position.opened_ms,
            closed_ms=fill.at_ms,
            quantity=position.largest,
            result=position.result,
        )


def closed(fills: Iterable[FillSeen]) -> list[Closed]:
    """Every trade that these executions close, in the order of their closing."""
    book = Book()
    return [trade for fill in sorted(fills, key=lambda each: each.at_ms) for trade in book.take(fill)]


def profit_factor(trades: Iterable[Closed]) -> float | None:
    """What was won over what was lost; None where nothing was lost."""
    results = [trade.result for trade in trades]
    lost = -sum((each for each in results if each < 0), NOTHING)
    return float(sum((each for each in results if each > 0), NOTHING) / lost) if lost else None
