"""The house ladder: what each rung does, when it acts, and how long it lasts."""

from __future__ import annotations

import pytest

from runner.model.rules import Anchor, HouseAction, HouseMeasure, Until
from tests.machine.build import HOUR, Row, answers, book, fills, flat, plan, rung, trade

DIP: list[Row] = [*flat(1), (100, 100, 97, 97), *flat(4, 97)]
LOSS = {"measure": HouseMeasure.DAY_LOSS, "limit": 0.02, "anchor": Anchor.DAY_START_BALANCE}


@pytest.mark.parametrize(("low", "acts"), [(98.01, False), (98.0, True), (97.99, True)])
def test_a_rung_acts_at_its_limit(low: float, acts: bool) -> None:
    """100 units, 2 % of 10,000: two points below the entry, at the price of the waypoint."""
    rules = book(rung(**LOSS, action=HouseAction.FLATTEN))
    outcome = trade([*flat(1), (100, 100, low, 99), *flat(1, 99)], plan(1, sizing_value=100.0), rules=rules)
    assert fills(outcome)[1:] == ([("HOUSE", -100, low)] if acts else [])
    assert outcome.rule_states["count"][0] == acts
    assert outcome.rule_states["worst_value"][0] == pytest.approx((100 - low) / 100)


@pytest.mark.parametrize(
    ("action", "answer", "quantity"),
    [
        (HouseAction.SCALE, ("APPROVED", "HOUSE"), 0.5),
        (HouseAction.BLOCK, ("REFUSED", "HOUSE"), 0.0),
        (HouseAction.FLATTEN, ("APPROVED", "SIZING"), 1.0),
        (HouseAction.PAUSE, ("REFUSED", "HOUSE"), 0.0),
        (HouseAction.HALT, ("REFUSED", "HALTED"), 0.0),
    ],
)
def test_what_a_rung_leaves_of_the_next_plan(action: HouseAction, answer: tuple[str, str], quantity: float) -> None:
    """The day has lost 3 %; a plan for one unit follows."""
    rules = book(rung(**LOSS, action=action, value=0.5))
    outcome = trade(DIP, plan(1, sizing_value=100.0, stop=97.5), plan(3), rules=rules)
    assert answers(outcome)[1] == answer
    assert outcome.decisions["quantity"][1] == quantity


@pytest.mark.parametrize(("at", "answer"), [(2, "REFUSED"), (3, "REFUSED")])
def test_a_losing_streak_blocks_from_the_next_plan_on(at: float, answer: str) -> None:
    """A loss taken at an open (a time stop) counts before the plan of the same open."""
    rules = book(rung(measure=HouseMeasure.LOSING_STREAK, limit=1.0, action=HouseAction.BLOCK, until=Until.RESET))
    outcome = trade([*flat(2), *flat(4, 99)], plan(1, time_stop_ms=HOUR), plan(at), rules=rules)
    assert answers(outcome)[1] == (answer, "HOUSE")
