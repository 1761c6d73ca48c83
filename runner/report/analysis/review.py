"""Each ISO week held against targets, and what to do about those that were missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.records import Outcome
from runner.report.analysis.rolling import in_order
from runner.report.analysis.settings import Review
from runner.report.daily import extremes, fall
from runner.report.days import Days, closing_day
from runner.report.figures import money, number
from runner.report.metrics import share

EPOCH = date(1970, 1, 1).toordinal()
OF_TRADES = ("win_rate", "profit_factor")  # say nothing about a handful of trades
Row = dict[str, Any]
Whole = NDArray[np.int64]


def review(outcome: Outcome, days: Days, settings: Review, year: int) -> dict[str, Any]:
    """The weeks, how many met everything they were held against, and how often each target was missed."""
    rows = [judged(week, settings) for week in weeks(outcome, days, year)]
    held = [row for row in rows if row["trades"]]
    return {
        "least_trades": settings.least_trades,
        "targets": {name: target.model_dump(exclude_none=True) for name, target in settings.targets.items()},
        "actions": dict(settings.actions),
        "weeks": len(rows),
        "traded": len(held),
        "met_all": sum(not row["missed"] for row in held),
        "missed": {name: sum(name in row["missed"] for row in rows) for name in settings.targets},
        "rows": rows,
    }


def week_of(day: Whole) -> Whole:
    """ISO weeks, numbered through: the one with Monday, 1969-12-29 is 0."""
    return (day + 3) // 7


def name_of(week: int) -> str:
    """'2024-W09'."""
    year, number_, _ = date.fromordinal(EPOCH + week * 7).isocalendar()
    return f"{year}-W{number_:02d}"


def weeks(outcome: Outcome, days: Days, year: int) -> Iterator[Row]:
    """What each week brought, oldest first; every week with a mark is there, traded or not."""
    trades, week = in_order(outcome.trades), week_of(days.number)
    known = np.unique(week)
    fell, made = falls(outcome, days, week), np.bincount(np.searchsorted(known, week), days.money, len(known))
    sums = of_trades(trades, np.searchsorted(known, week_of(closing_day(trades, year))), len(known))
    for number_, profit, count, won, gained, lost, streak in zip(known.tolist(), made.tolist(), *sums, strict=True):
        yield {
            "week": name_of(number_),
            "monday": date.fromordinal(EPOCH + number_ * 7 - 3).isoformat(),
            "trades": int(count),
            "win_rate": share(won, count),
            "profit_factor": share(gained, lost),
            "profit": money(profit),
            "return": number(profit / outcome.book.initial),
            "drawdown": number(fell[number_]),
            "losing_streak": streak,
        }


def of_trades(trades: NDArray[Any], place: Whole, weeks_: int) -> list[list[Any]]:
    """By week: trades, winners, gained, lost, longest losing streak. place: of each trade's week; trades in the order they closed."""
    profit = trades["profit"]
    columns = (np.ones(len(trades)), profit > 0.0, np.maximum(profit, 0.0), np.maximum(-profit, 0.0))
    longest = np.zeros(weeks_ + 1, np.int64)
    np.maximum.at(longest, place, streaks(profit < 0.0))
    return [*(np.bincount(place, column, weeks_ + 1)[:weeks_].tolist() for column in columns), longest[:weeks_].tolist()]


def falls(outcome: Outcome, days: Days, week: Whole) -> dict[int, float]:
    """By week: the deepest fall from its highest equity, what it began with included, bar extremes included; never across attempts."""
    found: dict[int, float] = dict.fromkeys(week.tolist(), 0.0)
    if not len(week):
        return found
    high, low = extremes(outcome)
    firsts = np.flatnonzero(np.r_[True, (np.diff(week) != 0) | (np.diff(days.attempt) != 0)])  # a stretch: one attempt's days of a week
    begins = np.r_[0, days.rows[firsts[1:] - 1] + 1]
    highest, lowest = np.maximum.reduceat(high, begins), np.minimum.reduceat(low, begins)
    base, name = days.base[firsts], week[firsts].tolist()
    for place in np.flatnonzero(lowest < np.maximum(highest, base)).tolist():
        marks = slice(begins[place], begins[place + 1] if place + 1 < len(begins) else None)
        found[name[place]] = max(found[name[place]], fall(high[marks], low[marks], float(base[place]))[1])
    return found


def streaks(lost: NDArray[np.bool_]) -> Whole:
    """How many losers in a row each trade ends, those of earlier weeks counted; 0 for one that did not lose."""
    count = np.arange(1, len(lost) + 1)
    return count - np.maximum.accumulate(np.where(lost, 0, count)) if len(lost) else count


def judged(week: Row, settings: Review) -> Row:
    """A week with the targets it missed and the actions they ask for, each once, in the order of the targets."""
    missed = [name for name, target in settings.targets.items() if misses(week, target.measure, settings, target.met)]
    actions = list(dict.fromkeys(settings.targets[name].action for name in missed))
    return week | {"missed": missed, "actions": actions}


def misses(week: Row, measure: str, settings: Review, met: Any) -> bool:
    """Whether a week misses a target. Too few trades miss no win rate; without a loser no profit factor is too small."""
    if measure in OF_TRADES and week["trades"] < settings.least_trades:
        return False
    value = week["return"] if measure == "profit" else week[measure]
    return value is not None and not met(value)
