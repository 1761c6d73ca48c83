"""Trades by symbol, reason, hour and weekday."""

from __future__ import annotations

import pytest

from runner.report.html.charts.groups import groups, kinds
from tests.report.html.drawn import valid
from tests.report.html.stories import DUO, MAIN, MANY, played, told


@pytest.mark.parametrize("name", [MAIN, MANY])
def test_every_grouping_holds_every_trade_once(name: str) -> None:
    """Profits and counts of the groups add up to the summary's."""
    story = played(name)
    for kind, (_, rows) in kinds(story).items():
        assert sum(each["profit"] for each in rows) == pytest.approx(story.page["net_profit"], abs=0.005)
        assert sum(each["trades"] for each in rows) == story.page["trades"]
        assert sum(each["won"] for each in rows) / story.page["trades"] == pytest.approx(story.page["metrics"]["win_rate"])
        assert len(valid(groups(rows, kind))["data"][0]["x"]) == len(rows)


def test_groups_are_named_as_people_say_them() -> None:
    """The small case: opened on a Monday at 08:00, on Tuesday at 00:00 and 16:00."""
    found = kinds(told())
    assert [(row["name"], row["trades"]) for row in found["weekday"][1] if row["trades"]] == [("Mon", 1), ("Tue", 2)]
    assert [row["name"] for row in found["hour"][1] if row["trades"]] == ["00", "08", "16"]
    assert groups(found["reason"][1], "reason")["data"][0]["x"] == ["entry", "end of data"]


def test_several_strategies_and_another_clock_are_groupings_of_their_own() -> None:
    """One strategy is not compared with itself, nor UTC with itself."""
    assert "strategy" not in kinds(played(MAIN))
    assert "strategy" in kinds(played(DUO))
    assert set(kinds(played(MAIN))) == {"symbol", "reason", "hour", "weekday"}
