"""Cases, what holds, and where a profit is gone."""

from __future__ import annotations

import math

import pytest

from runner.study.sensitivity import BreakEven, Case, Fate, Standing, break_even, holds
from tests.study.results import result


def standing(fate: Fate, profit: float) -> Standing:
    """An account's fate and the profit of a hundred days."""
    return Standing(case=Case(), result=result(1.0, profit), fate=fate, days=100)


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        (Case(), "as it is"),
        (Case(fees=0.5), "fees × 0.5"),
        (Case(slippage=2), "slippage + 2 bps"),
        (Case(delay=1), "1 bar late"),
        (Case(fees=3, slippage=10, delay=2), "fees × 3, slippage + 10 bps, 2 bars late"),
    ],
)
def test_a_case_says_what_it_changes(case: Case, wanted: str) -> None:
    """And nothing else."""
    assert case.label == wanted


@pytest.mark.parametrize(
    ("now", "was", "wanted"),
    [
        pytest.param((Fate.PASSED, 1.0), (Fate.PASSED, 9.0), True, id="less profit is still a profit"),
        pytest.param((Fate.PASSED, 0.0), (Fate.PASSED, 9.0), False, id="the profit is gone"),
        pytest.param((Fate.UNDECIDED, 9.0), (Fate.PASSED, 9.0), False, id="not passed in time"),
        pytest.param((Fate.FAILED, 9.0), (Fate.UNDECIDED, 9.0), False, id="failed"),
        pytest.param((Fate.PASSED, 9.0), (Fate.FAILED, 9.0), True, id="better than it was"),
        pytest.param((Fate.FAILED, -9.0), (Fate.FAILED, -1.0), True, id="there was nothing to lose"),
    ],
)
def test_what_holds(now: tuple[Fate, float], was: tuple[Fate, float], wanted: bool) -> None:
    """The verdict is no worse and a profit stays one."""
    assert holds(standing(*now), standing(*was)) is wanted


def test_a_pace_is_for_365_days() -> None:
    """Ten in a hundred days."""
    assert standing(Fate.PASSED, 10.0).pace == pytest.approx(36.5)


def test_the_crossing_is_found_by_halving() -> None:
    """A profit of 10 − 4x is gone at 2.5, between the known 2 and 3."""
    found = break_even(lambda x: 10 - 4 * x, [(0.0, 10.0), (1.0, 6.0), (2.0, 2.0), (3.0, -2.0)], ())
    assert found.at == pytest.approx(2.5, abs=1 / 256)
    assert math.isnan(found.beyond)


def test_further_steps_are_tried_only_while_there_is_a_profit() -> None:
    """Gone between 5 and 10; 20 is never asked for."""
    asked: list[float] = []

    def profit(x: float) -> float:
        asked.append(x)
        return 7.0 - x

    assert break_even(profit, [(1.0, 6.0), (3.0, 4.0)], (5.0, 10.0, 20.0)).at == pytest.approx(7.0, abs=5 / 256)
    assert 20.0 not in asked


def test_a_profit_that_is_never_gone_is_said_to_be_so() -> None:
    """Up to what was tried."""
    found = break_even(lambda _x: 1.0, [(1.0, 1.0)], (5.0, 20.0))
    assert (math.isnan(found.at), found.beyond) == (True, 20.0)


@pytest.mark.parametrize("known", [[(0.0, 0.0), (1.0, -1.0)], [(0.0, -1.0), (1.0, 5.0)], []])
def test_without_a_profit_at_first_there_is_no_crossing(known: list[tuple[float, float]]) -> None:
    """Nothing to lose."""
    found = break_even(lambda _x: 1.0, known, ())
    assert isinstance(found, BreakEven)
    assert math.isnan(found.at)
    assert math.isnan(found.beyond)
