"""Daily results against their caps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.model.duration import DAY_MS
from runner.model.records import DAY
from runner.model.rules import Code, DayResult, Family, RuleRow
from runner.report.html.charts.daily import daily
from tests.report import cases
from tests.report.html.drawn import named, numbers, valid
from tests.report.html.stories import BARE, DUO, MAIN, MANY, played, told


@pytest.mark.parametrize("name", [MAIN, MANY, DUO, BARE])
def test_days_add_up_to_the_net_profit(name: str) -> None:
    """Winning and losing days together, to the cent of each bar."""
    story = played(name)
    drawn = [numbers(trace["y"]) for trace in valid(daily(story))["data"] if trace["type"] == "bar"]
    assert sum(each.sum() for each in drawn) == pytest.approx(story.page["net_profit"], abs=0.005 * len(story.outcome.days))


def test_the_cap_is_the_rules_share_of_the_target() -> None:
    """40 % of 1,000."""
    cap = named(daily(played(MAIN)), "most one day may count (40% of the target)")
    assert cap["y"] == [400.0, 400.0]


@pytest.mark.parametrize(
    ("of", "level"),
    [(DayResult.TOTAL_NET, 93.4), (DayResult.SUM_POSITIVE, 134.0), (DayResult.PHASE_TARGET, 400.0)],
    ids=str,
)
def test_each_denominator_gives_its_own_cap(of: DayResult, level: float) -> None:
    """Net 233.50, winning days 335, target 1,000; 40 % of each."""
    row = RuleRow(key="program.phases.challenge.rules.even", family=Family.COUNTER, code=Code.CONSISTENCY, limit=0.4, denominator=of)
    days = np.zeros(3, DAY)
    days["time"] = cases.MIDNIGHT + DAY_MS * np.arange(3)
    days["balance_start"], days["balance_end"] = [10_000.0, 10_290.0, 10_188.5], [10_290.0, 10_188.5, 10_233.5]
    book = cases.book(row)
    figure = valid(daily(told(cases.outcome(book=book, days=days, rule_states=cases.rule_states(6)))))
    assert figure["data"][-1]["y"][0] == pytest.approx(level)


def test_without_a_cap_that_is_said() -> None:
    """In the legend."""
    assert valid(daily(played(BARE)))["data"][-1]["name"] == "no cap on a day's profit"


def test_a_profit_cap_is_drawn_too() -> None:
    """As money a day."""
    row = RuleRow(key="program.phases.challenge.rules.most", family=Family.COUNTER, code=Code.PROFIT_CAP, amount=250.0)
    story = told(cases.outcome(book=cases.book(row), rule_states=cases.rule_states(6)))
    assert named(valid(daily(replace(story))), "most one day may bring")["y"] == [250.0, 250.0]
