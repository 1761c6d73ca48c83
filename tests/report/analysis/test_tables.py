"""Months, days and the rolling win rate by hand; on real bars they are held against a recount in tests/end_to_end."""

from __future__ import annotations

import numpy as np
import pytest

from runner.report.analysis.months import months, years
from runner.report.analysis.rolling import rolling, rolling_figures
from runner.report.analysis.spread import spread
from runner.report.days import closing_day, days
from tests.report import cases


def test_a_month_ends_with_its_last_midnight() -> None:
    """The mark at midnight of 1 February closes 31 January."""
    outcome = cases.outcome(equity=cases.marks(10_100.0, 10_050.0, first=31))
    made, closed = days(outcome, 365), closing_day(outcome.trades, 365)
    assert months(made, closed) == [
        {"month": "2024-01", "profit": 100.0, "return": pytest.approx(0.01), "trades": 3},
        {"month": "2024-02", "profit": -50.0, "return": pytest.approx(-50 / 10_100), "trades": 0},
    ]
    assert years(made, closed) == [{"year": "2024", "profit": 50.0, "return": pytest.approx(0.005), "trades": 3}]


def test_without_a_day_there_is_no_row() -> None:
    """Nothing to add up, nothing to divide."""
    made, none = days(cases.nothing(), 365), np.empty(0, np.int64)
    assert (months(made, none), years(made, none)) == ([], [])
    found = spread(made)
    assert (found["days"], found["mean"], found["best"], found["percentiles"]["50"]) == (0, None, None, None)


def test_three_days_are_spread_as_they_are() -> None:
    """+290, -102, +45.5."""
    found = spread(days(cases.outcome(), 365))
    assert (found["days"], found["won"], found["lost"]) == (3, 2, 1)
    assert found["best"] == {"day": "2024-01-01", "profit": 290.0}
    assert found["worst"] == {"day": "2024-01-02", "profit": -102.0}
    assert found["standard_deviation"] == pytest.approx(np.std([290, -102, 45.5], ddof=1))
    assert found["percentiles"]["50"] == 45.5


def test_one_day_has_no_deviation() -> None:
    """A sample of one says nothing of its spread."""
    assert spread(days(cases.nothing(cases.marks(10_010.0)), 365))["standard_deviation"] is None


def test_the_rate_begins_when_there_are_enough_trades() -> None:
    """Won, lost, won: the last two at the second and at the third."""
    closed, rate = rolling(cases.trades(), 2)
    assert rate.tolist() == [0.5, 0.5]
    assert closed.tolist() == cases.trades()["closed"][1:].tolist()
    assert rolling_figures(cases.trades(), 4) == {"trades": 4} | dict.fromkeys(("last", "lowest", "lowest_at", "highest", "highest_at"))
    assert len(rolling(cases.trades()[:0], 20)[1]) == 0
