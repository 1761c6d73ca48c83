"""Rounding: no quantity is rounded to more than was asked for, and dust costs no step."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.machine.money import steps_down


@given(whole=st.integers(1, 2_000_000_000), places=st.integers(0, 8))
def test_whole_steps_stay_what_they_are(whole: int, places: int) -> None:
    """A multiple of the step is not cut by one, however it is written."""
    step = 10.0**-places
    exact = float(Decimal(whole).scaleb(-places))
    assert steps_down(exact, step) == pytest.approx(exact, rel=1e-15)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
@pytest.mark.parametrize("steps", [1, 10, 1_000_000, 1_000_000_000])
def test_a_part_of_a_step_is_cut(steps: int, share: float) -> None:
    """From one step to a thousand million of them."""
    assert steps_down((steps + share) * 0.01, 0.01) == pytest.approx(steps * 0.01, rel=1e-15)


def test_less_than_a_step_is_nothing() -> None:
    """So is what is no number."""
    assert [steps_down(quantity, 0.01) for quantity in (0.0099, 0.0, -1.0, float("nan"))] == [0, 0, 0, 0]
