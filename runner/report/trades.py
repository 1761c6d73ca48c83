"""trades.csv: one row per fill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.records import Outcome, Reason
from runner.report.figures import iso, money, number, text
from runner.report.words import phase_name

COLUMNS = (
    "time",
    "strategy",
    "symbol",
    "position",
    "plan",
    "side",
    "reason",
    "target",
    "quantity",
    "price",
    "profit",
    "fee",
    "funding",
    "slippage",
    "balance",
    "open_quantity",
    "phase",
)

REASONS = {int(reason): reason.name.lower() for reason in Reason}


def trades(outcome: Outcome) -> list[tuple[str, ...]]:
    """The rows of trades.csv as text, in the order of the fills.

    `profit` is realised by the fill before its fee; `funding` is what the position paid (+) or received (-) over its life,
    on the fill that closed it. The sum of profit - fee - funding is the net profit. `slippage` is inside `price` already.
    """
    names, funding = outcome.fills.dtype.names or (), funding_on_last_fill(outcome).tolist()
    fills = (dict(zip(names, values, strict=True)) for values in outcome.fills.tolist())
    return [row(outcome, fill, paid) for fill, paid in zip(fills, funding, strict=True)]


def row(outcome: Outcome, fill: Mapping[str, Any], funding: float) -> tuple[str, ...]:
    """One fill as text."""
    return (
        iso(fill["time"]) or "",
        outcome.strategies[fill["strategy"]],
        outcome.symbols[fill["symbol"]],
        str(fill["position"]),
        str(fill["plan"]),
        "buy" if fill["side"] > 0 else "sell",
        REASONS[fill["reason"]],
        str(fill["target"]),
        *(text(number(fill[name])) for name in ("quantity", "price")),
        *(text(money(value)) for value in (fill["profit"], fill["fee"], funding, fill["slippage"], fill["balance"])),
        text(number(fill["open_quantity"])),
        phase_name(outcome.book, fill["phase"]),
    )


def funding_on_last_fill(outcome: Outcome) -> NDArray[np.float64]:
    """Each position's funding on its last fill, zero on the others; float64, shape (fills,)."""
    paid = np.zeros(len(outcome.fills))
    last = {position: place for place, position in enumerate(outcome.fills["position"].tolist())}
    for position, funding in zip(outcome.trades["position"].tolist(), outcome.trades["funding"].tolist(), strict=True):
        if position in last:
            paid[last[position]] += funding
    return paid
