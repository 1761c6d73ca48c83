"""Kelly sizing: what it asks of the machine, and what it refuses."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from blocks.sizing.kelly import Kelly
from runner.model.habits import no_habits
from runner.model.plan import SizingMethod
from tests.blocks.drafts import pair


def test_it_asks_for_a_share_within_bounds() -> None:
    """The share stands in the plan, its bounds in the habits."""
    block, made, row = Kelly(max_leverage=3.0), pair(), no_habits()
    block.complete(made)
    block.keep_to(row)
    assert (made.plans["sizing_method"] == SizingMethod.KELLY).all()
    assert (made.plans["sizing_value"] == 0.5).all()
    assert (made.plans["max_leverage"] == 3.0).all()
    assert [float(row[name][0]) for name in ("kelly_trades", "kelly_start", "kelly_least", "kelly_most")] == [30, 0.005, 0.0025, 0.02]


def test_bounds_that_do_not_rise_are_refused() -> None:
    """The start lies between the least and the most."""
    with pytest.raises(ValidationError, match="expected least_risk_fraction <= start_risk_fraction"):
        Kelly(least_risk_fraction=0.01)
