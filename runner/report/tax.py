"""trades_tax.csv: one row per closed trade, as a tax return asks for it. Decimals add up to the ledger."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.model.duration import SECOND_MS
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.report.analysis.rolling import in_order
from runner.report.figures import iso, number, text

COLUMNS = (
    "position",
    "symbol",
    "side",
    "opened",
    "closed",
    "quantity",
    "entry",
    "exit",
    "proceeds",
    "cost_basis",
    "fees",
    "funding",
    "profit",
    "currency",
)
GRAIN = Decimal("0.00000001")


def tax(outcome: Outcome, streams: Sequence[Stream]) -> list[tuple[str, ...]]:
    """The rows as text, in the order the trades closed.

    Times are whole seconds. quantity is all that was bought of a long trade or sold of a short one; entry and exit are averages in
    quote currency. cost_basis is what was bought, proceeds what was sold, in account currency: the leg that closes is the one that
    opens and the realised result, so profit = proceeds - cost_basis - fees - funding, to the last digit.
    """
    trades = in_order(outcome.trades)
    entered, exited, value = legs(outcome, trades, streams)
    gross = summed(outcome.fills, trades, outcome.fills["profit"])
    names = trades.dtype.names or ()
    return [
        row(outcome, dict(zip(names, trade, strict=True)), *figures)
        for trade, *figures in zip(trades.tolist(), *(column.tolist() for column in (*entered, *exited, value, gross)), strict=True)
    ]


def legs(outcome: Outcome, trades: NDArray[Any], streams: Sequence[Stream]) -> tuple[list[Floats], list[Floats], Floats]:
    """(quantity, quantity × price) of what opened each trade and of what closed it, and the opening's value in account currency."""
    fills = outcome.fills
    sides = dict(zip(trades["position"].tolist(), trades["side"].tolist(), strict=True))
    opens = fills["side"] == np.array([sides.get(position, 0) for position in fills["position"].tolist()], np.int64)
    quantity, notional = fills["quantity"], fills["quantity"] * fills["price"]
    entered = [summed(fills, trades, column * opens) for column in (quantity, notional)]
    exited = [summed(fills, trades, column * ~opens) for column in (quantity, notional)]
    return entered, exited, summed(fills, trades, notional * opens * point_values(outcome, streams))


def summed(fills: NDArray[Any], trades: NDArray[Any], column: NDArray[Any]) -> Floats:
    """A column of fills added up by trade, shape (trades,)."""
    size = int(max(fills["position"].max(initial=0), trades["position"].max(initial=0))) + 1
    return np.asarray(np.bincount(fills["position"], column, size)[trades["position"]], np.float64)


def point_values(outcome: Outcome, streams: Sequence[Stream]) -> Floats:
    """Account currency for a move of 1 of a quantity of 1, at each fill."""
    worth = np.ones(len(outcome.fills))
    for stream in {stream.symbol: stream for stream in reversed(streams)}.values():
        mine = outcome.fills["symbol"] == (outcome.symbols.index(stream.symbol) if stream.symbol in outcome.symbols else -1)
        worth[mine] = stream.market.instrument.contract_size
        if stream.conversion is not None and len(stream.conversion):
            bar = np.searchsorted(stream.execution.open_time, outcome.fills["time"][mine], side="right") - 1
            worth[mine] *= stream.conversion[np.maximum(bar, 0)]
    return worth


def row(outcome: Outcome, trade: Mapping[str, Any], *figures: float) -> tuple[str, ...]:
    """One trade as text. figures: quantity and quantity × price of the opening and of the closing leg, the opening's value, the result."""
    entered, paid, exited, got, value, realised = figures
    opened, gross, fees, funding = (decimal(amount) for amount in (value, realised, trade["fees"], trade["funding"]))
    long = trade["side"] > 0
    basis, proceeds = (opened, opened + gross) if long else (opened - gross, opened)
    return (
        str(trade["position"]),
        outcome.symbols[trade["symbol"]],
        "long" if long else "short",
        *(iso(trade[name] // SECOND_MS * SECOND_MS) or "" for name in ("opened", "closed")),
        *(text(number(each)) for each in (entered, price(paid, entered), price(got, exited))),
        *(plain(amount) for amount in (proceeds, basis, fees, funding, proceeds - basis - fees - funding)),
        outcome.book.currency,
    )


def price(notional: float, quantity: float) -> float:
    """An average price; NaN of nothing."""
    return notional / quantity if quantity > 0.0 else math.nan


def decimal(amount: float) -> Decimal:
    """Money as the ledger keeps it, eight decimals."""
    return Decimal(repr(amount)).quantize(GRAIN, ROUND_HALF_EVEN)


def plain(amount: Decimal) -> str:
    """All eight decimals, never with an exponent, and no minus before nothing."""
    return format(amount + Decimal(0), "f")
