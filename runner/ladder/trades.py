"""Executions of a journal grouped to trades: from flat to flat, one symbol at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from runner.live.closed import closed
from runner.live.worth import Worth
from runner.model.trading import FillSeen


@dataclass(frozen=True, kw_only=True)
class Trade:
    """A position that was opened and closed. profit: net of fees and funding, account currency. orders: ids of those that opened it."""

    symbol: str
    opened_ms: int
    closed_ms: int
    profit: Decimal
    orders: tuple[str, ...] = ()


def trades_of(fills: Iterable[FillSeen], worth: Worth | None = None) -> list[Trade]:
    """Every trade that is over, by its end. worth: what prices are worth; the shipped facts say it where nobody else does."""
    return [
        Trade(symbol=each.symbol, opened_ms=each.opened_ms, closed_ms=each.closed_ms, profit=each.result, orders=each.orders)
        for each in closed(fills, worth)
    ]
