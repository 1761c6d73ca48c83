"""Equity, its floors, and where it came closest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.report.html.charts.equity import equity
from tests.report import cases
from tests.report.html.drawn import named, numbers, valid
from tests.report.html.stories import MAIN, MANY, played, told


def test_every_floor_is_drawn_with_a_dash_of_its_own() -> None:
    """One line for each floor of the equity record, told apart without colour."""
    figure = valid(equity(played(MAIN)))
    floors = [trace for trace in figure["data"] if trace["name"].startswith("floor: ")]
    assert {trace["name"] for trace in floors} == {"floor: daily standard", "floor: overall"}
    assert len({trace["line"]["dash"] for trace in floors}) == 2
    assert np.nanmin(numbers(floors[1]["y"])) == 9_000.0


def test_the_closest_approach_is_marked_with_the_tables_numbers() -> None:
    """A mark at the moment, a line down to the floor, and what was left in words."""
    story = played(MAIN)
    figure, nearest = equity(story), story.floors[0]
    mark = named(figure, "closest approach")
    assert (mark["x"][0], mark["y"]) == (nearest.time, pytest.approx([nearest.value, nearest.floor]))
    assert f"{nearest.left:,.2f} left" in mark["text"][0]
    assert figure["layout"]["annotations"][-1]["text"] == "closest: 217.62 above daily standard"


def test_only_the_nearest_approach_has_a_line() -> None:
    """Dotted; the others are a small mark that tells itself when touched."""
    nearest, *others = [trace for trace in equity(played(MAIN))["data"] if trace["name"] == "closest approach"]
    assert (nearest["mode"], nearest["line"]["dash"], nearest["showlegend"]) == ("lines+markers", "dot", True)
    assert [(trace["mode"], len(trace["x"]), trace["showlegend"]) for trace in others] == [("markers", 1, False)]
    assert "left, " in others[0]["text"][0]


def test_thinning_keeps_the_ends_and_extremes_of_the_line() -> None:
    """First, last, highest and lowest close are the record's."""
    story = played(MAIN)
    drawn, close = numbers(named(equity(story), "equity")["y"]), np.round(story.equity["close"], 2)
    assert len(drawn) <= 1_700
    assert (drawn[0], drawn[-1], drawn.max(), drawn.min()) == (close[0], close[-1], close.max(), close.min())


def test_a_line_ends_with_its_attempt() -> None:
    """As many gaps as there are later attempts, and a line at each verdict."""
    story = played(MANY)
    figure = valid(equity(story))
    assert np.isnan(numbers(named(figure, "equity")["y"])).sum() == len(story.breaks) == len(story.outcome.phases) - 1
    assert len(figure["layout"]["shapes"]) == 11


def test_without_floors_there_is_only_the_line() -> None:
    """An account without rules has nothing under its equity."""
    story = told(cases.outcome(book=replace(cases.book(), rows=()), rule_states=cases.rule_states(5)[:0], floor_rules=((), ())))
    assert [trace["name"] for trace in valid(equity(story))["data"] if "floor" in trace["name"]] == []
