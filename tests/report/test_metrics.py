"""Figures against a calculator."""

from __future__ import annotations

import math

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.report.daily import returns
from runner.report.metrics import metrics, positions, streak
from tests.report import cases


def test_trade_figures_equal_hand_calculations() -> None:
    """Wins of 290 and 45.5, a loss of 102."""
    found = metrics(cases.outcome(), 365)
    assert found["win_rate"] == pytest.approx(2 / 3, abs=1e-12)
    assert found["profit_factor"] == pytest.approx(335.5 / 102, abs=1e-9)
    assert found["expectancy"] == pytest.approx(233.5 / 3, abs=1e-8)
    assert found["expectancy_r"] == pytest.approx((2.9 - 1.02 + 0.91) / 3, abs=1e-8)
    assert (found["average_win"], found["average_loss"]) == (167.75, -102.0)
    assert (found["best_trade"], found["worst_trade"]) == (290.0, -102.0)
    assert (found["longest_winning_streak"], found["longest_losing_streak"]) == (1, 1)
    assert (found["fees"], found["funding"]) == (8.0, 1.5)


def test_equity_figures_equal_the_formulas() -> None:
    """Sharpe, Calmar and drawdown by their definitions, on daily returns annualised by 365 days."""
    daily = returns(cases.outcome(), 365)
    found = metrics(cases.outcome(), 365)
    fall = 1 - 10_188 / 10_290
    growth = (10_233.5 / 10_000) ** (365 / 3) - 1
    assert found["sharpe"] == pytest.approx(daily.mean() / daily.std(ddof=1) * math.sqrt(365), rel=1e-9)
    assert found["max_drawdown"] == pytest.approx(fall, rel=1e-9)
    assert found["calmar"] == pytest.approx(growth / fall, rel=1e-9)
    assert found["worst_drawdown_money"] == 172.0


@given(st.lists(st.floats(9_000, 11_000), min_size=2, max_size=60))
def test_equity_figures_equal_the_library_for_any_equity(closes: list[float]) -> None:
    """What is written is what empyrical says of the daily returns."""
    ran = cases.outcome(equity=cases.marks(*closes))
    daily, found = returns(ran, 365), metrics(ran, 365)
    with np.errstate(all="ignore"):
        expected = float(empyrical.sharpe_ratio(daily, annualization=365))
    assert found["sharpe"] is None if not math.isfinite(expected) else found["sharpe"] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert found["max_drawdown"] == pytest.approx(-empyrical.max_drawdown(daily), rel=1e-9, abs=1e-11)


def test_rows_of_one_position_are_one_trade() -> None:
    """Two rows of the same position are added up, in the order positions closed."""
    rows = cases.trades()[[2, 0, 1]]
    rows["position"] = [5, 2, 5]
    assert positions(rows)["profit"].tolist() == pytest.approx([290.0, -56.5])


def test_without_trades_figures_are_none_not_zero_divisions() -> None:
    """Nothing traded: no rates, no streaks, no drawdown."""
    found = metrics(cases.nothing(), 365)
    undefined = ("win_rate", "profit_factor", "expectancy", "expectancy_r", "sharpe", "calmar", "annual_return", "best_trade")
    assert all(found[name] is None for name in undefined)
    assert (found["longest_losing_streak"], found["max_drawdown"], found["fees"]) == (0, 0.0, 0.0)


def test_flat_equity_has_no_sharpe_and_no_calmar() -> None:
    """Days without any change: 0 / 0 is None, the drawdown is zero."""
    found = metrics(cases.nothing(cases.marks(10_000.0, 10_000.0, 10_000.0)), 365)
    assert (found["sharpe"], found["calmar"], found["max_drawdown"], found["days"]) == (None, None, 0.0, 3)


def test_a_drawdown_never_spans_two_attempts() -> None:
    """A failed account's loss is not added to the next one's: 10 % and 1 % make 10 %."""
    marks = np.concatenate([cases.marks(9_000.0), cases.marks(9_900.0, first=2)])
    twice = np.concatenate([cases.phases(), cases.phases(started=cases.MIDNIGHT + 86_400_000)])
    assert metrics(cases.outcome(equity=marks, phases=twice), 365)["max_drawdown"] == pytest.approx(0.1)


def test_only_winners_have_no_profit_factor() -> None:
    """Dividing by no loss is not defined; only losers have a profit factor of zero."""
    assert metrics(cases.outcome(trades=cases.trades()[:1]), 365)["profit_factor"] is None
    assert metrics(cases.outcome(trades=cases.trades()[1:2]), 365)["profit_factor"] == 0.0


@pytest.mark.parametrize(
    ("hits", "longest"), [([], 0), ([False], 0), ([True], 1), ([True, True, False, True], 2), ([False, True, True, True], 3)]
)
def test_a_streak_is_the_longest_run(hits: list[bool], longest: int) -> None:
    """At the start, the end, in between, and nowhere."""
    assert streak(np.array(hits, np.bool_)) == longest
