"""What every part of the report is told from."""

from __future__ import annotations

import pytest

from runner.model.records import FILL, Reason
from tests.report import cases
from tests.report.html.stories import DUO, MAIN, MANY, played, told


def test_the_closest_approach_is_the_one_of_the_table() -> None:
    """Nearest first, with the numbers of summary.json."""
    story = played(MAIN)
    rules = {rule["path"]: rule for rule in story.page["rules"]}
    assert [each.left for each in story.floors] == sorted(each.left for each in story.floors)
    for each in story.floors:
        written = rules[story.outcome.book.rows[each.row].key]
        assert (each.value, each.floor, each.left) == pytest.approx((written["worst_value"], written["limit"], written["headroom"]))


@pytest.mark.parametrize("name", [MAIN, MANY, DUO])
def test_days_add_up_to_the_net_profit(name: str) -> None:
    """To the cent, though phases begin with a fresh balance and may end with a position open."""
    story = played(name)
    assert story.daily.sum() == pytest.approx(story.page["net_profit"], abs=0.005)


def test_a_phase_that_ends_with_a_position_counts_what_closing_it_left() -> None:
    """The mark was taken before the fill that closed it."""
    closing = cases.fill(18, 4, -1, 1.0, 100.0, reason=Reason.PHASE_END, balance=10_230.0)
    story = told(cases.outcome(fills=cases.table(FILL, cases.fills(), closing)))
    assert story.daily.tolist() == pytest.approx([290.0, -102.0, 42.0])


def test_an_empty_run_has_no_day() -> None:
    """Nothing to draw, nothing to add up."""
    story = told(cases.nothing())
    assert (len(story.daily), len(story.breaks), len(story.days)) == (0, 0, 0)
