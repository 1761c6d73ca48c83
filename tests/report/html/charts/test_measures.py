"""Rules followed over time agree with what the machine saw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.model.records import DAY, TRADE
from runner.model.rules import Code, Family, HouseMeasure, RuleRow
from runner.report.html.charts.measures import RUNGS, Strip, attempts, strips
from tests.report import cases
from tests.report.html.stories import DUO, MAIN, MANY, played, told


def strip(name: str, run: str = MAIN) -> Strip:
    """One strip of a run."""
    return next(each for each in strips(played(run)) if each.name == name)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("daily standard", 217.62261436 / 500.0),
        ("overall", 539.10950154 / 1_000.0),
        ("inactivity", -3_988_800_001 / 2_592_000_000),
        ("consistency", 0.2116571261 / 0.4),
    ],
)
def test_the_least_of_a_strip_is_the_closest_approach_of_the_table(name: str, least: float) -> None:
    """As a share of the limit; the line is reckoned from the record, the table was kept by the machine."""
    assert np.nanmin(strip(name).left) == pytest.approx(least)


def test_goals_end_where_the_phase_says() -> None:
    """415.68 of 1,000; 19 days of 5."""
    assert strip("target").left[-1] == pytest.approx(0.41568244518)
    assert strip("trading days").left[-1] == pytest.approx(19 / 5)
    assert strip("target").goal


@pytest.mark.parametrize("name", [MANY, DUO])
def test_attempts_are_told_apart(name: str) -> None:
    """A gap after each attempt that measured the rule, and times that never go back."""
    story = played(name)
    assert [attempt.started for attempt in attempts(story)] == story.outcome.phases["started"].tolist()
    for each in strips(story):
        assert np.all(np.diff(each.time) >= 0), each.name


def test_days_belong_to_one_attempt() -> None:
    """Together they are the record's."""
    story = played(MANY)
    assert sum(len(attempt.days) for attempt in attempts(story)) == len(story.outcome.days)


@pytest.mark.parametrize(
    ("measure", "limit"),
    [(HouseMeasure.DAY_LOSS, 0.025), (HouseMeasure.DRAWDOWN, 0.1), (HouseMeasure.FLOOR_USED, 0.9), (HouseMeasure.LOSING_STREAK, 3.0)],
    ids=str,
)
def test_every_rung_can_be_followed(measure: HouseMeasure, limit: float) -> None:
    """Each measure of our own ladder gives a line, whole where nothing was lost yet."""
    row = RuleRow(key="house.rung", family=Family.HOUSE, code=Code.HOUSE, measure=measure, limit=limit, firm=0)
    days = np.zeros(1, DAY)
    days["time"], days["balance_start"], days["equity_low"] = cases.MIDNIGHT, 10_000.0, 9_900.0
    story = told(cases.outcome(book=cases.book(row), rule_states=cases.rule_states(6), days=days))
    found = next(each for each in strips(story) if each.name == "house rung")
    assert np.all(found.left <= 1.0)
    assert np.nanmin(found.left) < 1.0 or measure is HouseMeasure.FLOOR_USED  # the floor is far here


def test_every_measure_of_a_rung_is_followed() -> None:
    """A rung that the page does not know would leave the run without one."""
    assert set(RUNGS) == set(HouseMeasure)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (HouseMeasure.DAY_BEFORE_PROFIT, [0.03, -0.01]),
        (HouseMeasure.PROFIT_SHARE, [0.4, 0.0]),
        (HouseMeasure.TRADE_SHARE, [0.5, 0.0]),
    ],
)
@pytest.mark.parametrize("target", [1_000.0, np.nan], ids=["with a target", "without one"])
def test_profits_a_rung_watches(measure: HouseMeasure, said: list[float], target: float) -> None:
    """A day that wins 300 and was up 400, one that loses 100; a trade that was up 500 and one that never was."""
    days, trades = np.zeros(2, DAY), np.zeros(2, TRADE)
    days["balance_start"], days["balance_end"], days["equity_high"] = [10_000, 10_300], [10_300, 10_200], [10_400, 10_290]
    trades["best"] = [500.0, -3.0]
    rule = RuleRow(key="a", family=Family.HOUSE, code=Code.HOUSE, measure=measure)
    attempt = replace(attempts(played(MAIN))[0], days=days, trades=trades, target=target)
    line = RUNGS[measure](played(MAIN), attempt, rule)
    if np.isnan(target) and measure != HouseMeasure.DAY_BEFORE_PROFIT:
        assert line is None
    else:
        assert line is not None
        assert line[1] == pytest.approx(said)
