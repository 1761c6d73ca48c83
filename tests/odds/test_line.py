"""The sentence a person repeats."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runner.odds.line import line, percent
from runner.odds.results import Cause, Interval, Point, Shares, Spread

ODDS = Interval(value=0.43, low=0.351, high=0.509)
DAYS = Spread(count=10, least=9, lower=20, median=31.2, upper=44, most=80)
NONE = Spread(count=0, least=math.nan, lower=math.nan, median=math.nan, upper=math.nan, most=math.nan)


def counted(*causes: tuple[str, int], passed: int = 43, unfinished: int = 0) -> Shares:
    """Shares of 100 starts."""
    named = tuple(Cause(phase=0, code=1, label=label, count=count, share=count / 100) for label, count in causes)
    return Shares(starts=100, passed=passed, failed=sum(count for _, count in causes), unfinished=unfinished, ambiguous=0, causes=named)


def point(risk: float, odds: float) -> Point:
    """A size with these odds."""
    within = Interval(value=odds, low=0.0, high=1.0)
    return Point(risk=risk, factor=risk / 0.03, shares=counted(), odds=within, days=NONE, value=None, ruin=within)


def test_the_whole_sentence() -> None:
    """Odds, interval, days, cause, and what another size would do."""
    said = line(counted(("daily floor", 40), ("overall floor", 17)), ODDS, DAYS, 0.03, point(0.008, 0.61), "risk")
    assert said == "43 % pass (95 % CI 35–51), median 31 days, most fail on the daily floor; at 0.8 % risk instead of 3 % it is 61 %"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        pytest.param(counted(("inactivity", 57)), "most fail on inactivity", id="a rule of one word"),
        pytest.param(counted(("daily floor in verification", 57)), "most fail on the daily floor in verification", id="a rule of a phase"),
        pytest.param(
            counted(("daily floor", 20), ("overall floor", 19), ("inactivity", 18)),
            "more fail on the daily floor than on anything else",
            id="no majority",
        ),
        pytest.param(counted(("daily floor", 37), unfinished=20), "20 % unfinished when the data ended", id="many unfinished"),
    ],
)
def test_parts_of_the_sentence(found: Shares, said: str) -> None:
    """Causes as they are, and what the data left open."""
    assert said in line(found, ODDS, DAYS, 0.03, None, "risk")


def test_what_is_not_there_is_not_said() -> None:
    """Nobody passed: no days. A size that is hardly better: not mentioned."""
    odds = Interval(value=0.0, low=0.0, high=0.2)
    assert (
        line(counted(("inactivity", 100), passed=0), odds, NONE, 0.01, None, "risk") == "0 % pass (95 % CI 0–20), most fail on inactivity"
    )
    assert ";" not in line(counted(("inactivity", 57)), ODDS, DAYS, 0.03, point(0.02, 0.435), "risk")


def test_sizes_without_risk_are_multiples() -> None:
    """A strategy that holds a share of equity has no risk at a stop."""
    better = point(np.nan, 0.7)
    said = line(counted(("inactivity", 57)), ODDS, DAYS, math.nan, Point(**{**vars(better), "factor": 2.0}), "size")
    assert said.endswith("; at 2 × the size it is 70 %")


@pytest.mark.parametrize(("share", "said"), [(0.0, "0 %"), (0.004, "0.4 %"), (0.43, "43 %"), (0.999, "99.9 %"), (1.0, "100 %")])
def test_few_is_not_none(share: float, said: str) -> None:
    """Small shares keep a digit."""
    assert percent(share) == said
