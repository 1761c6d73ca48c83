"""The strips of headroom."""

from __future__ import annotations

import itertools

from runner.report.html.charts.headroom import HIGHEST, LOWEST, headroom
from runner.report.html.charts.measures import strips
from tests.report.html.drawn import numbers, valid
from tests.report.html.stories import BARE, DUO, MAIN, MANY, played


def test_one_strip_for_each_rule_that_can_be_followed() -> None:
    """Limits first, goals last, each under its own title, none of them over another."""
    story = played(MAIN)
    figure = valid(headroom(story))
    names = [trace["name"] for trace in figure["data"]]
    assert names == [strip.name for strip in strips(story)]
    assert names[-2:] == ["target", "trading days"]
    domains = [figure["layout"][f"yaxis{place + 1 if place else ''}"]["domain"] for place in range(len(names))]
    assert all(above[0] > below[1] for above, below in itertools.pairwise(domains))
    assert [note["text"].split("</b>")[0] for note in figure["layout"]["annotations"]] == [f"<b>{name}" for name in names]


def test_titles_carry_the_tables_numbers() -> None:
    """What was least left, and when."""
    texts = [note["text"] for note in headroom(played(MAIN))["layout"]["annotations"]]
    assert "<b>daily standard</b>  least left 217.62, 2023-06-23 16:00" in texts
    assert "<b>target</b>  415.68 of 1,000.00" in texts


def test_lines_are_cut_to_what_can_be_read() -> None:
    """And what they are cut from stays in the hover."""
    for name in (MAIN, MANY, DUO):
        for trace in valid(headroom(played(name)))["data"]:
            drawn = numbers(trace["y"])
            assert all(LOWEST <= each <= HIGHEST for each in drawn if each == each)  # noqa: PLR0124 - not NaN


def test_an_account_without_rules_has_an_empty_figure() -> None:
    """It is not put on the page, but it is valid."""
    assert valid(headroom(played(BARE)))["data"] == [] or strips(played(BARE))
