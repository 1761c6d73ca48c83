"""What is said of an account that has ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.mode.trading.ended import ended, what_next
from runner.model.following import Told
from runner.model.records import Reason
from runner.model.rules import Code
from tests.machine.build import book, counter, floor, plan
from tests.machine.told import Story

FLOOR = floor(Code.MAX_LOSS, amount_fraction=0.1)
TARGET = counter(Code.PROFIT_TARGET, limit=0.1)


def story(earned: float) -> Story:
    """An account of two phases that has earned so much with a position that it has left by then."""
    told = Story(book(replace(FLOOR, phase=0), replace(TARGET, phase=0), following=(1, -1)))
    told.bought(plan(1))
    told.tell(Told.FUNDING, amount=earned)
    told.fill(1.0, role=Reason.TIME_STOP, plan=0)
    told.turn()
    return told


def test_an_account_that_goes_on_says_nothing() -> None:
    """No verdict yet."""
    assert ended(story(10.0).follower) == ""


@pytest.mark.parametrize(
    ("earned", "said", "then"),
    [
        pytest.param(
            -2_000.0,
            "0 FAILED: MAX_LOSS (max_loss): 8,000.00 reached the limit of 9,000.00",
            "for the account that the firm",
            id="a floor",
        ),
        pytest.param(2_000.0, "0 PASSED: profit 2,000.00 reached the target 1,000.00", "for the next phase", id="the target"),
    ],
)
def test_the_rule_the_value_and_what_comes_next(earned: float, said: str, then: str) -> None:
    """As the report would say it."""
    follower = story(earned).follower
    assert (ended(follower), then in what_next(follower)) == (said, True)
