"""Tables of months and years."""

from __future__ import annotations

import re

import pytest

from runner.report.html.monthly import monthly
from tests.report import cases
from tests.report.html.stories import BARE, DUO, MAIN, MANY, played, told


@pytest.mark.parametrize("name", [MAIN, MANY, DUO, BARE])
def test_the_years_of_the_table_are_the_net_profit(name: str) -> None:
    """To the cents that are shown, over attempts and phases; every position is closed when the bars end."""
    story = played(name)
    money = monthly(story.page).split("</table>")[0]
    sums = [float(each.replace(",", "")) for each in re.findall(r'class="sum">([-\d,.]+)<', money)]
    assert sum(sums) == pytest.approx(story.page["net_profit"], abs=0.005 * (1 + len(sums)))


def test_a_year_is_a_row_with_its_sum_in_money_and_as_a_return() -> None:
    """Losses carry a minus beside their colour."""
    made = monthly(told().page)
    assert made.count(">2024<") == 2
    assert ">233.50<" in made
    assert ">+2.33%<" in made


def test_without_a_mark_there_is_no_table() -> None:
    """A sentence instead."""
    assert "no month to show" in monthly(told(cases.nothing()).page)
