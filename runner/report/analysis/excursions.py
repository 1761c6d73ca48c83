"""How far trades went against us and for us before they were closed: maximum adverse and favourable excursion."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.report.figures import money, number

Row = dict[str, Any]


def adverse(trades: NDArray[Any]) -> Floats:
    """The largest open loss of each trade, net of what it had paid; 0 for one that was never behind. Account currency."""
    return np.asarray(np.maximum(-trades["worst"], 0.0))


def favourable(trades: NDArray[Any]) -> Floats:
    """The largest open profit of each trade, net of what it had paid; 0 for one that was never ahead. Account currency."""
    return np.asarray(np.maximum(trades["best"], 0.0))


def in_r(amounts: Floats, trades: NDArray[Any]) -> Floats:
    """Amounts as multiples of each trade's approved risk; NaN where that is not known."""
    return np.asarray(np.divide(amounts, trades["risk"], out=np.full(len(trades), np.nan), where=trades["risk"] > 0.0))


def excursions(trades: NDArray[Any]) -> list[Row]:
    """Three rows: all trades, those that won, those that did not."""
    won = trades["profit"] > 0.0
    return [row(name, trades[mine]) for name, mine in (("all", np.ones(len(trades), np.bool_)), ("won", won), ("lost", ~won))]


def row(name: str, trades: NDArray[Any]) -> Row:
    """One group: its excursions in money and R, how much of the best was kept, and how many had once been ahead by their risk."""
    mae, mfe = adverse(trades), favourable(trades)
    best, profit = float(mfe.sum()), float(trades["profit"].sum())
    ahead = in_r(mfe, trades)
    return {
        "name": name,
        "trades": len(trades),
        "mae": {key: money(value) for key, value in spread(mae).items()},
        "mfe": {key: money(value) for key, value in spread(mfe).items()},
        "mae_r": {key: number(value) for key, value in spread(in_r(mae, trades)).items()},
        "mfe_r": {key: number(value) for key, value in spread(ahead).items()},
        "kept": number(profit / best) if profit > 0.0 and best > 0.0 else None,
        "ahead_by_risk": int((ahead >= 1.0).sum()),
    }


def spread(amounts: Floats) -> dict[str, float]:
    """Average, median, 90th percentile (linear between neighbours) and largest; NaN of nothing."""
    known = np.sort(amounts[np.isfinite(amounts)])
    if len(known) == 0:
        return dict.fromkeys(("average", "median", "p90", "largest"), np.nan)
    return {"average": float(known.mean()), "median": at(known, 0.5), "p90": at(known, 0.9), "largest": float(known[-1])}


def at(ordered: Floats, share: float) -> float:
    """A percentile of sorted numbers, linear between neighbours."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))
