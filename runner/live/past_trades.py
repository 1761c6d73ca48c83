"""Trades as a venue's ledger and its executions tell them, and what of them a closing is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from runner.model.trading import FillKind, FillSeen, LedgerKind, LedgerSeen

LEFT = 0.02  # share of a position that may be off where its size is only known from fees


@dataclass(frozen=True, kw_only=True)
class Closing:
    """Part of a position, or all of it, was closed. `paid_before`: of its result, what the ledger had booked already."""

    symbol: str
    opened_ms: int
    closed_ms: int
    notional: float
    result: float
    paid_before: float


@dataclass
class Running:
    """A position on its way."""

    opened_ms: int = 0
    size: float = 0.0  # signed, where executions tell it; else the notional that is still open
    notional: float = 0.0  # the largest so far
    paid: float = 0.0  # fees of opening, not yet part of a closing


@dataclass
class PastTrades:
    """Takes rows of the ledger one by one. Sizes come from executions where the venue still has them, else from the fees paid."""

    fills: Sequence[FillSeen]
    taker_fee: float
    closings: list[Closing] = field(default_factory=list)
    estimated: bool = False
    spans: list[tuple[str, int, int]] = field(default_factory=list)
    running: dict[str, Running] = field(default_factory=lambda: defaultdict(Running))

    def __post_init__(self) -> None:
        """Sort the executions by what a row of the ledger shares with them."""
        self.by_row: dict[tuple[str, int, str], list[FillSeen]] = defaultdict(list)
        for fill in self.fills:
            if fill.kind is not FillKind.FUNDING:
                self.by_row[fill.symbol, fill.at_ms, fill.client_order_id].append(fill)

    def take(self, row: LedgerSeen) -> Closing | None:
        """The closing that a row books; None for an opening, and for what is no trade."""
        if row.kind not in (LedgerKind.TRADE, LedgerKind.LIQUIDATION):
            return None
        position = self.running[row.symbol]
        if not position.notional:
            position.opened_ms = row.at_ms
        flow, notional = self.flow(row)
        profit = float(row.change + row.fee)
        opens = (abs(profit) < 1e-9 and flow is None) or (flow is not None and flow * position.size >= 0)
        if opens:
            position.size += notional if flow is None else flow
            position.notional += notional
            position.paid += float(row.change)
            return None
        return self.close(row, position, notional if flow is None else flow)

    def close(self, row: LedgerSeen, position: Running, flow: float) -> Closing:
        """Book a closing; the position ends when nothing of it is left."""
        closing = Closing(
            symbol=row.symbol,
            opened_ms=position.opened_ms,
            closed_ms=row.at_ms,
            notional=position.notional,
            result=float(row.change) + position.paid,
            paid_before=position.paid,
        )
        self.closings.append(closing)
        position.paid = 0.0
        left = abs(position.size) - abs(flow)
        if left <= (LEFT * position.notional if self.estimated else 1e-9):
            self.spans.append((row.symbol, position.opened_ms, row.at_ms))
            del self.running[row.symbol]
        else:
            position.size = left if position.size > 0 else -left
        return closing

    def flow(self, row: LedgerSeen) -> tuple[float | None, float]:
        """What a row bought (or sold, below zero), None where only its fee is known, and the notional of it."""
        fills = self.by_row.get((row.symbol, row.at_ms, row.client_order_id), [])
        if fills:
            fill = fills.pop(0)
            return float(fill.side * fill.quantity), float(fill.quantity * fill.price)
        self.estimated = True
        return None, abs(float(row.fee)) / self.taker_fee if self.taker_fee else abs(float(row.fee))

    def held_since(self, time_ms: int) -> bool:
        """Whether a position was open at some time from then on."""
        return bool(self.running) or any(end >= time_ms for _, _, end in self.spans)

    def held_at(self, time_ms: int) -> bool:
        """Whether a position was open at that time."""
        open_now = any(position.opened_ms < time_ms for position in self.running.values())
        return open_now or any(begin < time_ms <= end for _, begin, end in self.spans)
