"""The win rate of the latest trades, as it went up and down."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.report.figures import iso, number


def in_order(trades: NDArray[Any]) -> NDArray[Any]:
    """Trades in the order they closed."""
    return np.asarray(trades[np.lexsort((trades["position"], trades["closed"]))])


def rolling(trades: NDArray[Any], window: int) -> tuple[NDArray[np.int64], Floats]:
    """(closed, UTC ms; share of the last `window` trades that won) at each trade from the `window`th on, in the order they closed."""
    ordered = in_order(trades)
    won = np.cumsum(np.r_[0, ordered["profit"] > 0.0])
    return ordered["closed"][window - 1 :], (won[window:] - won[:-window]) / window if len(ordered) >= window else np.empty(0)


def rolling_figures(trades: NDArray[Any], window: int) -> dict[str, Any]:
    """The last rate, the lowest and the highest with the times they were reached first; null with fewer trades than the window."""
    closed, rate = rolling(trades, window)
    if len(rate) == 0:
        return {"trades": window} | dict.fromkeys(("last", "lowest", "lowest_at", "highest", "highest_at"))
    low, high = int(np.argmin(rate)), int(np.argmax(rate))
    return {
        "trades": window,
        "last": number(rate[-1]),
        "lowest": number(rate[low]),
        "lowest_at": iso(int(closed[low])),
        "highest": number(rate[high]),
        "highest_at": iso(int(closed[high])),
    }
