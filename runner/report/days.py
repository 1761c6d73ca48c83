"""Every day of a run and what it brought: the one reckoning behind months, weeks, the spread of the days and the charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.model.duration import DAY_MS
from runner.model.records import Outcome, Reason
from runner.report.daily import attempts, last_of_day, paid_before, trading_day

AT_A_MARK = (Reason.END_OF_DATA, Reason.PHASE_END)  # fills at the very instant that ends a day


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days of all attempts one after the other, shape (n,). rows: of `outcome.equity`, the last mark of each day.

    number: days since 1970-01-01 UTC. close: equity and payouts at the last mark. money: won or lost since the day before, of an
    attempt's first day since its initial balance. base: what the day began with.
    """

    rows: NDArray[np.int64]
    attempt: NDArray[np.int64]
    number: NDArray[np.int64]
    close: Floats
    money: Floats
    base: Floats

    @property
    def change(self) -> Floats:
        """Money as a fraction of the base; 0 where nothing was left."""
        return np.divide(self.money, self.base, out=np.zeros(len(self.base)), where=self.base > 0.0)


def days(outcome: Outcome, year: int) -> Days:
    """The days of a run. year: days of a year on these markets. Money adds up to the run's net profit where all is closed."""
    rows = last_of_day(outcome, year)
    attempt = attempts(outcome)[rows]
    close = closes(outcome, rows, attempt)
    base = np.r_[outcome.book.initial, close[:-1]][: len(close)]
    base[np.flatnonzero(np.diff(attempt)) + 1] = outcome.book.initial
    number = trading_day(outcome.equity["time"][rows], year)
    return Days(rows=rows, attempt=attempt, number=number, close=close, money=close - base, base=base)


def closes(outcome: Outcome, rows: NDArray[np.int64], attempt: NDArray[np.int64]) -> Floats:
    """Equity and payouts at these marks; where a phase ended with positions open, what was left after they were closed."""
    close: Floats = (outcome.equity["close"] + paid_before(outcome))[rows]
    fills = outcome.fills[outcome.fills["reason"] == Reason.PHASE_END]
    left = dict(zip(fills["time"].tolist(), fills["balance"].tolist(), strict=True))  # of several at once the last
    for row, result in enumerate(outcome.phases if left else ()):
        mine = np.flatnonzero(attempt == row)
        if len(mine) and int(result["ended"]) in left:
            close[mine[-1]] = left[int(result["ended"])] + float(result["paid"])
    return close


def closing_day(trades: NDArray[Any], year: int) -> NDArray[np.int64]:
    """The day each trade was closed on, days since 1970-01-01 UTC; one closed by the end of a day's last bar belongs to that day."""
    at_mark = np.isin(trades["reason"], AT_A_MARK)
    return trading_day(trades["closed"] + 1 - at_mark, year)


def iso_day(number: int) -> str:
    """'2024-03-01'."""
    return str(np.datetime64(int(number), "D"))


def first_ms(number: int) -> int:
    """The instant a day begins, UTC ms."""
    return int(number) * DAY_MS
