"""Executions of a journal grouped to trades: from flat to flat, one symbol at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from runner.model.trading import FillKind, FillSeen

NOTHING = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Trade:
    """A position that was opened and closed. profit: net of fees and funding, account currency. orders: ids of those that opened it."""

    symbol: str
    opened_ms: int
    closed_ms: int
    profit: Decimal
    orders: tuple[str, ...] = ()


@dataclass
class Open:
    """A position on its way."""

    size: Decimal = NOTHING  # signed
    opened_ms: int = 0
    cash: Decimal = NOTHING  # what was received for what was sold, less what was paid and all costs
    orders: list[str] = field(default_factory=list)


def trades_of(fills: Iterable[FillSeen], contract_size: Mapping[str, Decimal] | None = None) -> list[Trade]:
    """Every trade that is over, by its end. An execution that turns a position round ends one trade and begins the next.

    contract_size: what a quantity of 1 is worth for a price of 1, by symbol; 1 where it is not named.
    """
    running: dict[str, Open] = {}
    made: list[Trade] = []
    for fill in sorted(fills, key=lambda each: (each.at_ms, each.kind is not FillKind.FUNDING)):
        now = running.setdefault(fill.symbol, Open())
        now.cash -= fill.fee
        if fill.kind is FillKind.FUNDING:
            continue
        worth = (contract_size or {}).get(fill.symbol, Decimal(1)) * fill.price
        flow = fill.side * fill.quantity
        closing = min(abs(flow), abs(now.size)) if now.size * flow < 0 else NOTHING
        opening = abs(flow) - closing
        now.size += fill.side * closing
        now.cash -= fill.side * closing * worth
        if closing and now.size == 0:
            made.append(Trade(symbol=fill.symbol, opened_ms=now.opened_ms, closed_ms=fill.at_ms, profit=now.cash, orders=tuple(now.orders)))
            now = running[fill.symbol] = Open()
        if opening:
            now.opened_ms = now.opened_ms or fill.at_ms
            now.size += fill.side * opening
            now.cash -= fill.side * opening * worth
            now.orders.append(fill.client_order_id)
    return sorted(made, key=lambda trade: trade.closed_ms)
