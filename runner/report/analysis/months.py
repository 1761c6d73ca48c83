"""The months and years of a run: what each brought, in money and as a return."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.report.days import Days
from runner.report.figures import money, number

Row = dict[str, Any]


def months(days: Days, closed: NDArray[np.int64]) -> list[Row]:
    """A row for each month with a mark. closed: the day each trade was closed on."""
    month = month_of(days.number)
    return [row | {"trades": count} for row, count in zip(spans(days, month, "M"), counted(month, month_of(closed)), strict=True)]


def years(days: Days, closed: NDArray[np.int64]) -> list[Row]:
    """A row for each year with a mark."""
    year, of_trades = month_of(days.number) // 12, month_of(closed) // 12
    return [row | {"trades": count} for row, count in zip(spans(days, year, "Y"), counted(year, of_trades), strict=True)]


def month_of(day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Months since January 1970."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def spans(days: Days, keys: NDArray[np.int64], unit: str) -> list[Row]:
    """One row for each stretch of equal keys: money adds up, returns of the days are multiplied up."""
    if len(keys) == 0:
        return []
    first = np.flatnonzero(np.r_[True, np.diff(keys) != 0])
    profit, growth = np.add.reduceat(days.money, first), np.multiply.reduceat(1.0 + days.change, first) - 1.0
    names = np.datetime_as_string(keys[first].astype(f"datetime64[{unit}]"))
    name = "month" if unit == "M" else "year"
    rows = zip(names.tolist(), profit.tolist(), growth.tolist(), strict=True)
    return [{name: each, "profit": money(won), "return": number(grown)} for each, won, grown in rows]


def counted(keys: NDArray[np.int64], of_trades: NDArray[np.int64]) -> list[int]:
    """How many trades fall on each of the keys, in their order."""
    known = np.unique(keys)
    return [
        int(count) for count in np.searchsorted(np.sort(of_trades), known, "right") - np.searchsorted(np.sort(of_trades), known, "left")
    ]
