"""Trades by symbol, reason, hour and weekday."""

from __future__ import annotations

import pytest

from runner.report.html.charts.groups import GROUPS, groups
from tests.report.html.drawn import valid
from tests.report.html.stories import MAIN, MANY, played, told


@pytest.mark.parametrize("kind", GROUPS)
@pytest.mark.parametrize("name", [MAIN, MANY])
def test_every_grouping_holds_every_trade_once(name: str, kind: str) -> None:
    """Profits and counts of the groups add up to the summary's."""
    story = played(name)
    made = GROUPS[kind](story)
    assert sum(each[1] for each in made) == pytest.approx(story.page["net_profit"], abs=0.005)
    assert sum(each[2] for each in made) == story.page["trades"]
    assert sum(each[3] for each in made) / story.page["trades"] == pytest.approx(story.page["metrics"]["win_rate"])
    assert len(valid(groups(story, kind))["data"][0]["x"]) == len(made)


def test_groups_are_named_as_people_say_them() -> None:
    """The small case: opened on a Monday at 08:00, on Tuesday at 00:00 and 16:00."""
    story = told()
    assert [(name, count) for name, _, count, _ in GROUPS["weekday"](story) if count] == [("Mon", 1), ("Tue", 2)]
    assert [name for name, _, count, _ in GROUPS["hour"](story) if count] == ["00", "08", "16"]
    assert [name for name, *_ in GROUPS["reason"](story)] == ["entry", "end of data"]
