"""Figures of a run: what its trades and its daily equity say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats
from runner.model.records import Outcome
from runner.report.daily import drawdown, returns, returns_by_attempt
from runner.report.figures import money, number
from runner.report.library import empyrical

Figures = dict[str, float | int | None]


def metrics(outcome: Outcome, year: int) -> Figures:
    """Trade figures, then those of daily equity annualised by `year` days. None where a figure is not defined."""
    return trade_figures(positions(outcome.trades)) | equity_figures(outcome, year)


def positions(trades: NDArray[Any]) -> Mapping[str, Floats]:
    """Per position, in the order they closed: `profit` (net), `fees`, `funding`, `risk`, each float64, shape (n,)."""
    order = trades[np.lexsort((trades["position"], trades["closed"]))]
    known, first, where = np.unique(order["position"], return_index=True, return_inverse=True)
    ranks = np.argsort(first)
    columns = {name: np.bincount(where, order[name], len(known))[ranks] for name in ("profit", "fees", "funding")}
    return columns | {"risk": order["risk"][np.sort(first)]}


def trade_figures(rows: Mapping[str, Floats]) -> Figures:
    """Win rate, profit factor, expectancy (money and multiples of the approved risk), averages, streaks, costs."""
    profit, risk = rows["profit"], rows["risk"]
    won, lost = profit[profit > 0.0], profit[profit < 0.0]
    return {
        "win_rate": share(len(won), len(profit)),
        "profit_factor": share(won.sum(), -lost.sum()),
        "expectancy": average(profit),
        "expectancy_r": average(profit[risk > 0.0] / risk[risk > 0.0]),
        "average_win": average(won),
        "average_loss": average(lost),
        "best_trade": money(profit.max()) if len(profit) else None,
        "worst_trade": money(profit.min()) if len(profit) else None,
        "longest_winning_streak": streak(profit > 0.0),
        "longest_losing_streak": streak(profit < 0.0),
        "fees": money(rows["fees"].sum()),
        "funding": money(rows["funding"].sum()),
    }


def equity_figures(outcome: Outcome, year: int) -> Figures:
    """Sharpe (no risk-free rate), Calmar, yearly growth and drawdown from empyrical; the fall between bar extremes beside them.

    Several attempts at a phase are one row of days for the first three; a drawdown never spans two of them.
    """
    daily, library = returns(outcome, year), empyrical()
    lost, lost_fraction = drawdown(outcome)
    with np.errstate(all="ignore"):
        return {
            "sharpe": number(library.sharpe_ratio(daily, annualization=year)),
            "calmar": number(library.calmar_ratio(daily, annualization=year)),
            "annual_return": number(library.annual_return(daily, annualization=year)),
            "max_drawdown": number(
                max((-library.max_drawdown(each) for each in returns_by_attempt(outcome, year) if len(each)), default=0.0)
            ),
            "worst_drawdown": number(lost_fraction),
            "worst_drawdown_money": money(lost),
            "days": len(daily),
            "days_per_year": year,
        }


def share(part: float, whole: float) -> float | None:
    """A part of a whole; None when there is no whole."""
    return number(part / whole) if whole else None


def average(values: Floats) -> float | None:
    """The mean, 8 decimals; None of nothing."""
    return money(values.mean()) if len(values) else None


def streak(hits: NDArray[np.bool_]) -> int:
    """The longest run of True."""
    edges = np.flatnonzero(np.diff(np.r_[False, hits, False].astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
