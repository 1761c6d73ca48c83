"""Months that add up."""

from __future__ import annotations

import pytest

from runner.report.html.monthly import monthly, months
from tests.report import cases
from tests.report.html.stories import BARE, DUO, MAIN, MANY, played, told


@pytest.mark.parametrize("name", [MAIN, MANY, DUO, BARE])
def test_months_add_up_to_the_net_profit(name: str) -> None:
    """To the cent, over attempts and phases; every position is closed when the bars end."""
    story = played(name)
    assert sum(months(story).values()) == pytest.approx(story.page["net_profit"], abs=0.005)


def test_a_month_ends_with_its_last_midnight() -> None:
    """The mark at midnight of 1 February closes 31 January."""
    story = told(cases.outcome(equity=cases.marks(10_100.0, 10_050.0, first=31)))
    assert months(story) == {(2024, 1): pytest.approx(100.0), (2024, 2): pytest.approx(-50.0)}


def test_a_year_is_a_row_with_its_sum() -> None:
    """Losses carry a minus beside their colour."""
    made = monthly(told())
    assert ">2024<" in made
    assert ">233.50<" in made
    assert ">+2.33%<" in made


def test_without_a_mark_there_is_no_table() -> None:
    """A sentence instead."""
    assert "no month to show" in monthly(told(cases.nothing()))
