"""Bull, bear and sideways markets: how much of the time each was, and how the trades that began in them ended.

A symbol's regime is known at the close of a bar: the change of its close against the last bar that was complete `days` before. A trade
belongs to the regime at the last close before its first fill. Before there is a bar that old the regime is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars, Floats
from runner.model.duration import DAY_MS
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.report.analysis.groups import table
from runner.report.analysis.settings import Regime
from runner.report.figures import number

BULL, BEAR, SIDEWAYS, UNKNOWN = range(4)
NAMES = ("bull", "bear", "sideways", "unknown")
States = NDArray[np.int64]


def change(bars: Bars, days: float) -> Floats:
    """The change of each close against the last bar complete `days` before it, as a fraction, shape (bars,); NaN before there is one."""
    before = np.searchsorted(bars.close_time, bars.close_time - round(days * DAY_MS), side="right") - 1
    base = np.where(before >= 0, bars.close[np.maximum(before, 0)], np.nan) if len(bars) else np.empty(0)
    return np.asarray(np.divide(bars.close, base, out=np.full(len(bars), np.nan), where=base > 0.0) - 1.0)


def states(bars: Bars, settings: Regime) -> States:
    """The regime at each bar's close: a place in `NAMES`, shape (bars,)."""
    moved = change(bars, settings.days)
    known = np.where(moved >= settings.bull, BULL, np.where(moved <= -settings.bear, BEAR, SIDEWAYS))
    return np.where(np.isfinite(moved), known, UNKNOWN)


def regimes(outcome: Outcome, streams: Sequence[Stream], settings: Regime) -> dict[str, Any]:
    """Shares of the time beside the expected ones, and the trades by regime. Time is that of all symbols while the account lived."""
    last = int(outcome.equity_record.time[-1]) if len(outcome.equity_record) else 0
    markets = {stream.symbol: stream.market.bars for stream in reversed(streams)}  # of several strategies the first one's bars
    known = {symbol: states(bars, settings) for symbol, bars in markets.items()}
    spent = np.zeros(len(NAMES))
    for symbol, bars in markets.items():
        lived = known[symbol][: np.searchsorted(bars.close_time, last, side="right")]
        spent += np.bincount(lived, minlength=len(NAMES)) * float(bars.timeframe_ms)
    rows = table(outcome.trades, of_trades(outcome, markets, known), NAMES)
    total, expected = float(spent[:UNKNOWN].sum()), settings.shares.model_dump()
    shares = [number(each / total) if total else None for each in spent[:UNKNOWN].tolist()]
    merged = [row | {"time_share": share, "expected": expected[row["name"]]} for row, share in zip(rows, shares, strict=False)]
    return {
        "days": settings.days,
        "bull": settings.bull,
        "bear": settings.bear,
        "known": number(total / spent.sum()) if spent.sum() else None,
        "rows": [*merged, rows[UNKNOWN] | {"time_share": None, "expected": None}],
    }


def of_trades(outcome: Outcome, markets: dict[str, Bars], known: dict[str, States]) -> States:
    """The regime in which each trade began, shape (trades,)."""
    found = np.full(len(outcome.trades), UNKNOWN, np.int64)
    for place, symbol in enumerate(outcome.symbols):
        mine = outcome.trades["symbol"] == place
        if symbol in markets and len(markets[symbol]):
            row = np.searchsorted(markets[symbol].close_time, outcome.trades["opened"][mine], side="right") - 1
            found[mine] = np.where(row >= 0, known[symbol][np.maximum(row, 0)], UNKNOWN)
    return found
