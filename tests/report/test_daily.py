"""Daily equity, returns and drawdowns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.model.duration import DAY_MS
from runner.model.records import EVENT
from runner.model.rules import Code, State
from runner.report.daily import attempts, days_per_year, drawdown, last_of_day, profits, returns
from tests.report import cases

DAY = cases.MIDNIGHT // DAY_MS
HOURS = [cases.MIDNIGHT + cases.BAR_MS, cases.MIDNIGHT + 2 * cases.BAR_MS]


def test_returns_start_from_the_initial_balance() -> None:
    """The first day is measured against the initial balance, each later day against the day before."""
    found = returns(cases.outcome(), 365)
    assert found == pytest.approx([290 / 10_000, 10_188 / 10_290 - 1, 10_233.5 / 10_188 - 1], abs=1e-15)


def test_midnight_closes_the_day_before_it() -> None:
    """Marks at 20:00, 24:00 and 04:00 are two days: the first ends at midnight."""
    marks = cases.marks(10_100.0, 10_200.0, 10_300.0)
    marks["time"] = cases.MIDNIGHT + DAY_MS + np.array([-1, 0, 1]) * cases.BAR_MS
    assert last_of_day(cases.outcome(equity=marks), 365).tolist() == [1, 2]


def test_a_second_attempt_starts_from_the_initial_balance_again() -> None:
    """A phase that is bought again does not inherit the loss of the first attempt."""
    marks = np.concatenate([cases.marks(9_000.0), cases.marks(10_100.0, first=2)])
    twice = np.concatenate(
        [
            cases.phases(state=State.FAILED, ended=cases.MIDNIGHT + DAY_MS),
            cases.phases(started=cases.MIDNIGHT + DAY_MS, ended=cases.MIDNIGHT + 2 * DAY_MS),
        ]
    )
    restarted = cases.outcome(equity=marks, phases=twice)
    assert attempts(restarted).tolist() == [0, 1]
    assert returns(restarted, 365) == pytest.approx([-0.1, 0.01])
    assert drawdown(restarted) == pytest.approx((1_040.0, 0.104))
    assert [each.tolist() for each in profits(restarted, 365)] == [[DAY, DAY + 1], [-1_000.0, 100.0]]


def test_profits_are_what_each_day_changed_equity_by() -> None:
    """In money, from the initial balance on; two attempts that share a day are added up."""
    days, made = profits(cases.outcome(), 365)
    assert days.tolist() == [DAY, DAY + 1, DAY + 2]
    assert made == pytest.approx([290.0, -102.0, 45.5])
    twice = np.concatenate([cases.phases(state=State.FAILED, ended=HOURS[0]), cases.phases(started=HOURS[0], ended=HOURS[1])])
    marks = cases.marks(9_000.0, 10_100.0)
    marks["time"] = HOURS
    assert [each.tolist() for each in profits(cases.outcome(equity=marks, phases=twice), 365)] == [[DAY], [-900.0]]


def test_a_payout_is_no_loss() -> None:
    """200 are taken out after the first day, the second one earns 100."""
    paid = cases.row(EVENT, code=Code.PAYOUT, time=cases.MIDNIGHT + DAY_MS, value=200.0)
    held = cases.outcome(equity=cases.marks(10_300.0, 10_200.0), events=paid)
    assert profits(held, 365)[1] == pytest.approx([300.0, 100.0])


def test_returns_end_where_the_equity_is_gone() -> None:
    """After a day that ends at zero there is nothing to earn a return on."""
    assert returns(cases.outcome(equity=cases.marks(10_100.0, 0.0, 50.0)), 365) == pytest.approx([0.01, -1.0])
    broke = replace(cases.book(), initial=0.0)
    assert len(returns(cases.outcome(book=broke), 365)) == 0


def test_drawdown_counts_the_high_of_a_bar_before_its_low() -> None:
    """From the high of day one (10,320) to the low of day two (10,148): 172."""
    assert drawdown(cases.outcome()) == pytest.approx((172.0, 172 / 10_320))


def test_without_marks_there_is_nothing() -> None:
    """No bars: no days, no fall."""
    assert len(last_of_day(cases.nothing(), 365)) == 0
    assert len(returns(cases.nothing(), 365)) == 0
    assert [len(each) for each in profits(cases.nothing(), 365)] == [0, 0]
    assert drawdown(cases.nothing()) == (0.0, 0.0)


def test_one_mark_is_one_day() -> None:
    """A single bar gives a single return."""
    assert returns(cases.nothing(cases.marks(10_000.0)), 365).tolist() == [0.0]


def test_markets_with_saturdays_have_365_days_and_others_252() -> None:
    """Six days from Monday reach Saturday; five do not."""
    assert days_per_year([cases.bars(count=36)]) == 365
    assert days_per_year([cases.bars(count=30)]) == 252
    assert days_per_year([]) == 365


def test_a_weekday_markets_sunday_counts_as_monday() -> None:
    """Sunday evening and Monday are one trading day where Saturdays are closed."""
    marks = cases.marks(10_100.0, 10_200.0, first=7)
    assert last_of_day(cases.outcome(equity=marks), 252).tolist() == [1]
    assert last_of_day(cases.outcome(equity=marks), 365).tolist() == [0, 1]
