"""A scaled sizing: the steps it hands the machine, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from blocks.sizing.fixed_risk import FixedRisk
from blocks.sizing.kelly import Kelly
from blocks.sizing.scaled import Scaled
from runner.model.habits import Gauge, no_habits
from runner.model.plan import SizingMethod
from tests.blocks.drafts import pair

STEPS: dict[str, Any] = {
    "deep": {"by": "drawdown", "at": 0.05, "factor": 0.25},
    "losses": {"by": "losing_streak", "at": 3.0, "factor": 0.5},
    "shallow": {"by": "drawdown", "at": 0.03, "factor": 0.5},
}


def test_steps_stand_in_order_behind_the_sizing_they_scale() -> None:
    """Sorted by measure and threshold; the plan is the inner sizing's."""
    made, row = pair(), no_habits()
    block = Scaled(of=FixedRisk(risk_fraction=0.02), steps=STEPS)
    block.complete(made)
    block.keep_to(row)
    assert (made.plans["sizing_method"] == SizingMethod.RISK_OF_INITIAL).all()
    assert (made.plans["sizing_value"] == 0.02).all()
    assert int(row["step_count"][0]) == 3
    assert list(row["step_gauge"][0, :3]) == [Gauge.DRAWDOWN, Gauge.DRAWDOWN, Gauge.LOSING_STREAK]
    assert list(row["step_from"][0, :3]) == [0.03, 0.05, 3]
    assert list(row["step_factor"][0, :3]) == [0.5, 0.25, 0.5]


def test_what_it_scales_keeps_its_own_statistics() -> None:
    """Kelly inside still hands its bounds over."""
    row = no_habits()
    Scaled(of=Kelly(), steps=STEPS).keep_to(row)
    assert float(row["kelly_most"][0]) == 0.02


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ({}, "at least 1"),
        ({"a": {"by": "losing_streak", "at": 2.5, "factor": 0.5}}, "expected a whole number of trades, was 2.5"),
        ({"a": {"by": "drawdown", "at": 3.0, "factor": 0.5}}, "expected a fraction in"),
        ({"a": STEPS["deep"], "b": STEPS["deep"] | {"factor": 0.1}}, "two steps begin at the same place"),
        ({"a": {"by": "moon", "at": 0.1, "factor": 0.5}}, "drawdown"),
    ],
)
def test_steps_that_mean_nothing_are_refused(steps: dict[str, Any], said: str) -> None:
    """When the block is built."""
    with pytest.raises(ValidationError, match=said):
        Scaled(of=FixedRisk(), steps=steps)
