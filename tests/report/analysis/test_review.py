"""Weeks against targets by hand; on real bars they are held against a recount in tests/end_to_end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from runner.model.duration import DAY_MS
from runner.model.records import Outcome, Reason
from runner.model.rules import State
from runner.report.analysis.review import name_of, review, streaks, week_of
from runner.report.analysis.settings import Review, Target
from runner.report.days import days
from tests.report import cases


def told(outcome: Outcome, settings: Review | None = None, year: int = 365) -> dict[str, Any]:
    """The review of a run."""
    return review(outcome, days(outcome, year), settings or Review(), year)


def lasting(*profits: float, first: int = 0) -> Outcome:
    """Trades closed one a day at noon, equity by day following them."""
    trades = np.repeat(cases.trades()[:1], len(profits))
    trades["position"] = np.arange(1, len(profits) + 1)
    trades["closed"] = cases.MIDNIGHT + DAY_MS * (first + np.arange(len(profits))) + DAY_MS // 2
    trades["profit"] = profits
    return cases.outcome(trades=trades, equity=cases.marks(*(10_000.0 + np.cumsum(profits)), first=first + 1))


@pytest.mark.parametrize(
    ("day", "name"), [("2024-01-01", "2024-W01"), ("2023-12-31", "2023-W52"), ("2021-01-03", "2020-W53"), ("2026-11-22", "2026-W47")]
)
def test_weeks_are_those_of_the_iso_calendar(day: str, name: str) -> None:
    """Also where a year begins inside a week."""
    number = np.datetime64(day, "D").astype(np.int64)
    assert name_of(int(week_of(np.array([number]))[0])) == name


def test_a_week_of_losers_misses_everything_and_says_what_to_do() -> None:
    """Seven losers of 100 after a flat start: each target once, each action once."""
    (row,) = told(lasting(*[-100.0] * 7))["rows"]
    assert (row["week"], row["monday"], row["trades"], row["losing_streak"]) == ("2024-W01", "2024-01-01", 7, 7)
    assert row["drawdown"] == pytest.approx((10_000 - 9_260) / 10_000)
    assert row["missed"] == ["win_rate", "profit_factor", "drawdown", "losing_streak"]
    assert row["actions"] == ["halve_size", "review_exits", "pause_and_review", "pause_a_day"]


def test_a_streak_goes_on_over_the_week() -> None:
    """Two losers on the weekend, two on the Monday after: the fourth misses the target."""
    rows = told(lasting(-1.0, -1.0, -1.0, -1.0, first=5))["rows"]
    assert [(row["losing_streak"], row["missed"]) for row in rows] == [(2, []), (4, ["losing_streak"])]
    assert streaks(np.array([True, False, True, True])).tolist() == [1, 0, 1, 2]


def test_few_trades_say_nothing_of_rates_and_no_loser_misses_no_factor() -> None:
    """Four losers are too few; five winners have no factor to miss."""
    assert "win_rate" not in told(lasting(-1.0, 1.0, -1.0, -1.0))["rows"][0]["missed"]
    row = told(lasting(*[1.0] * 5))["rows"][0]
    assert (row["profit_factor"], row["missed"]) == (None, [])


def test_own_targets_are_held_against_as_well() -> None:
    """A least profit of the week, as a fraction of the initial balance."""
    own = Review(targets={"two_percent": Target(measure="profit", at_least=0.02, action="rest")}, actions={"rest": "rest"})
    assert told(lasting(150.0), own)["rows"][0]["missed"] == ["two_percent"]
    assert told(lasting(200.0), own)["rows"][0]["missed"] == []


def test_the_end_of_the_bars_at_midnight_belongs_to_the_week_before() -> None:
    """A position closed because the bars ended on Monday, 00:00 is Sunday's."""
    outcome = lasting(50.0, first=6)
    trades = outcome.trades
    trades["closed"], trades["reason"] = cases.MIDNIGHT + 7 * DAY_MS, Reason.END_OF_DATA
    assert [(row["week"], row["trades"]) for row in told(outcome)["rows"]] == [("2024-W01", 1)]


def test_a_new_attempt_is_no_fall() -> None:
    """The second begins with a fresh balance in the same week."""
    both = np.concatenate(
        [
            cases.phases(state=State.FAILED, ended=cases.MIDNIGHT + 2 * DAY_MS),
            cases.phases(started=cases.MIDNIGHT + 2 * DAY_MS, ended=cases.MIDNIGHT + 4 * DAY_MS),
        ]
    )
    outcome = cases.outcome(phases=both, equity=cases.marks(10_900.0, 10_800.0, 10_000.0, 10_000.0))
    (row,) = told(outcome)["rows"]
    assert row["drawdown"] == pytest.approx((10_930 - 10_760) / 10_930)
    assert row["profit"] == pytest.approx(800.0)


def test_nothing_walked_is_no_week() -> None:
    """And a week without a trade misses nothing."""
    assert told(cases.nothing())["rows"] == []
    found = told(cases.nothing(cases.marks(10_000.0)))
    assert (found["weeks"], found["traded"], found["met_all"], found["rows"][0]["missed"]) == (1, 0, 0, [])


def test_sunday_of_weekday_markets_is_the_week_after() -> None:
    """Where nothing trades on Saturdays, Sunday evening opens Monday."""
    outcome = lasting(50.0, first=6)
    assert [row["week"] for row in told(outcome, year=252)["rows"]] == ["2024-W02"]
    assert told(outcome, year=252)["rows"][0]["trades"] == 1
