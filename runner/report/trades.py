"""trades.csv: one row per fill."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runner.model.records import Outcome, Reason
from runner.report.figures import amounts, moments, numbers
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
    columns = written(outcome)
    return list(zip(*(columns[name] for name in COLUMNS), strict=True))


def written(outcome: Outcome) -> dict[str, list[str]]:
    """Each column as text."""
    fills = {name: outcome.fills[name].tolist() for name in outcome.fills.dtype.names or ()}
    fills["funding"] = funding_on_last_fill(outcome).tolist()
    phases = {phase: phase_name(outcome.book, phase) for phase in set(fills["phase"])}
    return {
        "time": moments(outcome.fills["time"]),
        "strategy": [outcome.strategies[number] for number in fills["strategy"]],
        "symbol": [outcome.symbols[number] for number in fills["symbol"]],
        **{name: list(map(str, fills[name])) for name in ("position", "plan", "target")},
        "side": ["buy" if side > 0 else "sell" for side in fills["side"]],
        "reason": [REASONS[reason] for reason in fills["reason"]],
        **{name: numbers(fills[name]) for name in ("quantity", "price", "open_quantity")},
        **{name: amounts(fills[name]) for name in ("profit", "fee", "funding", "slippage", "balance")},
        "phase": [phases[phase] for phase in fills["phase"]],
    }


def funding_on_last_fill(outcome: Outcome) -> NDArray[np.float64]:
    """Each position's funding on its last fill, zero on the others; float64, shape (fills,)."""
    paid = np.zeros(len(outcome.fills))
    last = {position: place for place, position in enumerate(outcome.fills["position"].tolist())}
    for position, funding in zip(outcome.trades["position"].tolist(), outcome.trades["funding"].tolist(), strict=True):
        if position in last:
            paid[last[position]] += funding
    return paid
