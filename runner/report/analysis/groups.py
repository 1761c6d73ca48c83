"""Trades by what they have in common: symbol, strategy, reason of the exit, hour and weekday of the entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from runner.model.duration import DAY_MS, HOUR_MS
from runner.model.records import Outcome, Reason
from runner.report.figures import money, number

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
QUARTER_MS = HOUR_MS // 4  # the finest step by which clocks differ
Row = dict[str, Any]


def by_symbol(outcome: Outcome) -> list[Row]:
    """A row for each symbol, in their order, traded or not."""
    return table(outcome.trades, outcome.trades["symbol"], outcome.symbols)


def by_strategy(outcome: Outcome) -> list[Row]:
    """A row for each strategy, in their order."""
    return table(outcome.trades, outcome.trades["strategy"], outcome.strategies)


def by_reason(outcome: Outcome) -> list[Row]:
    """A row for each reason of a last fill that occurred, most frequent first."""
    found, keys = np.unique(outcome.trades["reason"], return_inverse=True)
    rows = table(outcome.trades, keys, [Reason(int(code)).name.lower() for code in found])
    return sorted(rows, key=lambda row: -row["trades"])


def by_hour(outcome: Outcome, zone: str) -> list[Row]:
    """24 rows by the hour of the first fill on a zone's clock: '00' to '23'."""
    _, hour = clock(outcome.trades["opened"], zone)
    return table(outcome.trades, hour, [f"{each:02d}" for each in range(24)])


def by_weekday(outcome: Outcome, zone: str) -> list[Row]:
    """Seven rows by the weekday of the first fill on a zone's clock, Monday first."""
    weekday, _ = clock(outcome.trades["opened"], zone)
    return table(outcome.trades, weekday, WEEKDAYS)


def table(trades: NDArray[Any], keys: NDArray[Any], names: Sequence[str]) -> list[Row]:
    """A row for each name. keys: of each trade, the place of its name; one beyond the names is left out.

    profit_share is the row's part of the net result of all trades by size: over a run that won they add up to 1, over one that lost to
    -1; null where the result is nothing. average_r is over the trades whose risk is known.
    """
    count, profit, risk = len(names), trades["profit"], trades["risk"]
    risky = risk > 0.0
    ratio = np.divide(profit, risk, out=np.zeros(len(trades)), where=risky)
    sums = [np.bincount(keys, weights, count + 1) for weights in (np.ones(len(trades)), profit > 0.0, profit, ratio, risky)]
    whole = abs(float(profit.sum()))
    columns = zip(names, *(column.tolist() for column in sums), strict=False)
    return [line(name, (trades_in, won, net, r_sum, known), whole) for name, trades_in, won, net, r_sum, known in columns]


def line(name: str, sums: tuple[float, ...], whole: float) -> Row:
    """One row of a table."""
    count, won, net, r_sum, known = sums
    return {
        "name": name,
        "trades": int(count),
        "won": int(won),
        "win_rate": number(won / count) if count else None,
        "profit": money(net),
        "average_r": number(r_sum / known) if known else None,
        "profit_share": number(net / whole) if whole >= 0.005 else None,
    }


def clock(times: NDArray[np.int64], zone: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(weekday, Monday 0; hour) of instants, UTC ms, on a zone's clock."""
    local = times + offsets(times, zone)
    return (local // DAY_MS + 3) % 7, local // HOUR_MS % 24


def offsets(times: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """How far the zone's clock is ahead of UTC at each instant, ms."""
    if zone == "UTC" or not len(times):
        return np.zeros(len(times), np.int64)
    where = ZoneInfo(zone)
    quarters, place = np.unique(times // QUARTER_MS, return_inverse=True)
    ahead = [ahead_ms(datetime.fromtimestamp(quarter * 900, where)) for quarter in quarters.tolist()]
    return np.asarray(ahead, np.int64)[place]


def ahead_ms(moment: datetime) -> int:
    """The offset of an aware moment."""
    offset = moment.utcoffset()
    return round(offset.total_seconds() * 1000) if offset is not None else 0
