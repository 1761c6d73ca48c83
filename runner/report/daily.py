"""Equity once a day, and the returns between those days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars, Floats, Times
from runner.model.duration import DAY_MS
from runner.model.records import Outcome
from runner.model.rules import Code

SATURDAY, SUNDAY = 2, 3  # 1970-01-01, day 0, was a Thursday
EVERY_DAY = 365
WEEKDAYS = 252


def days_per_year(bars: Sequence[Bars]) -> int:
    """365 for markets that trade on Saturdays, else 252; without bars 365."""
    times = [each.open_time for each in bars if len(each)]
    return EVERY_DAY if not times or any(bool(np.any(time // DAY_MS % 7 == SATURDAY)) for time in times) else WEEKDAYS


def attempts(outcome: Outcome) -> NDArray[np.int64]:
    """The row of `outcome.phases` each equity mark belongs to, shape (k,); a phase that is tried again is a row of its own.

    The mark of the instant at which a phase ends and the next one begins is the old one's.
    """
    marks = len(outcome.equity_record)
    after = np.searchsorted(outcome.equity_record.time, outcome.phases["started"], side="right")  # of few phases, not of a million marks
    later: NDArray[np.int64] = np.repeat(np.arange(len(after) + 1), np.diff(after, prepend=0, append=marks))
    return np.maximum(later - 1, 0)


def trading_day(time_ms: Times, year: int) -> Times:
    """The day number a mark closes: midnight belongs to the day that ends; a weekday market's Sunday counts as Monday."""
    day = (time_ms - 1) // DAY_MS
    return day + 1 * (day % 7 == SUNDAY) if year == WEEKDAYS else day


def last_of_day(outcome: Outcome, year: int) -> NDArray[np.int64]:
    """Rows of `outcome.equity`: the last mark of every day of every attempt."""
    if len(outcome.equity) == 0:
        return np.empty(0, np.int64)
    day, attempt = trading_day(outcome.equity["time"], year), attempts(outcome)
    return np.flatnonzero(np.r_[(day[1:] != day[:-1]) | (attempt[1:] != attempt[:-1]), True])


def returns(outcome: Outcome, year: int) -> Floats:
    """Daily returns of equity of all attempts, one after the other; fractions, shape (days,)."""
    return np.concatenate([np.empty(0), *returns_by_attempt(outcome, year)])


def returns_by_attempt(outcome: Outcome, year: int) -> list[Floats]:
    """Daily returns of each attempt, the first from the initial balance. They end where equity is gone."""
    rows = last_of_day(outcome, year)
    attempt, close = attempts(outcome)[rows], outcome.equity["close"] + paid_before(outcome)
    return [changes(close[rows[attempt == number]], outcome.book.initial) for number in np.unique(attempt)]


def profits(outcome: Outcome, year: int) -> tuple[Times, Floats]:
    """What each day changed equity by: (day numbers since 1970, account currency), both shape (d,), each day with a mark once.

    Payouts are added back, and a phase that begins with a balance of its own is no change; attempts that share a day are added up.
    """
    rows = last_of_day(outcome, year)
    day, attempt = trading_day(outcome.equity["time"][rows], year), attempts(outcome)[rows]
    worth = (outcome.equity["close"] + paid_before(outcome))[rows]
    first = np.r_[True, attempt[1:] != attempt[:-1]][: len(rows)]
    before = np.where(first, outcome.book.initial, np.r_[0.0, worth[:-1]][: len(rows)])
    days, where = np.unique(day, return_inverse=True)
    changed: Floats = np.bincount(where, worth - before, len(days)).astype(np.float64)
    return days, changed


def paid_before(outcome: Outcome) -> Floats:
    """What had been paid out of the attempt before each equity mark, shape (k,): with it, a payout is no loss."""
    total, attempt = np.zeros(len(outcome.equity)), attempts(outcome)
    for event in outcome.events[outcome.events["code"] == Code.PAYOUT]:
        own = np.searchsorted(outcome.phases["started"], event["time"], side="left") - 1
        total[(attempt == own) & (outcome.equity["time"] > event["time"])] += event["value"]
    return total


def changes(closes: Floats, initial: float) -> Floats:
    """Relative changes from `initial` to the first close and on; none from a base that is not positive, nor after it."""
    base = np.r_[initial, closes[:-1]]
    gone = np.flatnonzero(base <= 0.0)
    kept = slice(0, int(gone[0]) if len(gone) else len(closes))
    change: Floats = closes[kept] / base[kept] - 1.0
    return change


def drawdown(outcome: Outcome) -> tuple[float, float]:
    """The deepest fall from an earlier high to a low, bar extremes included, as (money, fraction of that high); (0, 0) without bars."""
    (high, low), attempt = extremes(outcome), attempts(outcome)
    deepest = [fall(high[attempt == row], low[attempt == row], outcome.book.initial) for row in range(len(outcome.phases))]
    return (max((money for money, _ in deepest), default=0.0), max((share for _, share in deepest), default=0.0))


def extremes(outcome: Outcome) -> tuple[Floats, Floats]:
    """Highest and lowest equity of each mark's bars, payouts added back, each shape (marks,)."""
    paid = paid_before(outcome)
    return outcome.equity["high"] + paid, outcome.equity["low"] + paid


def fall(high: Floats, low: Floats, initial: float) -> tuple[float, float]:
    """The same for one stretch that began with `initial`. The high of a bar counts before its low, as floors do."""
    if len(high) == 0:
        return 0.0, 0.0
    peak = np.maximum(np.maximum.accumulate(high), initial)
    lost = np.maximum(peak - low, 0.0)
    return float(lost.max()), float(np.divide(lost, peak, out=np.zeros_like(lost), where=peak > 0.0).max())
