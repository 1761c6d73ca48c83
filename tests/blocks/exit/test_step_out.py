"""The exit `step_out`."""

import numpy as np
import pytest

from blocks.exit.step_out import Step, StepOut
from tests.blocks.drafts import pair


def steps(*pairs: tuple[float, float]) -> dict[str, Step]:
    """Steps named a, b, ... from (at, fraction)."""
    return {chr(97 + number): Step(at=at, fraction=fraction) for number, (at, fraction) in enumerate(pairs)}


@pytest.mark.parametrize(
    ("unit", "one"),
    [pytest.param("r", 5, id="r: the stop is 5 away"), pytest.param("atr", 4, id="atr"), pytest.param("fraction", 100, id="of the price")],
)
def test_parts_are_closed_at_a_loss(unit: str, one: float) -> None:
    """Nearest first, below a long and above a short."""
    draft = pair(stop=5.0)
    StepOut(steps=steps((0.8, 0.2), (0.5, 0.3), (0.6, 0.0)), unit=unit).complete(draft)  # type: ignore[arg-type]
    away = one * np.array([0.5, 0.8])
    np.testing.assert_allclose(draft.plans["adverse_price"][:, :2], [100 - away, 100 + away])
    np.testing.assert_allclose(draft.plans["adverse_fraction"][:, :2], [[0.3, 0.2]] * 2)
    assert draft.plans["adverse_count"].tolist() == [2, 2]


def test_a_long_has_no_step_at_or_below_zero() -> None:
    """Three times 40 below 100 is no price."""
    draft = pair(stop=40.0)
    StepOut(steps=steps((1, 0.5), (3, 0.3))).complete(draft)
    assert draft.plans["adverse_count"].tolist() == [1, 2]


@pytest.mark.parametrize("stop", [np.nan, 0.01])
def test_without_a_distance_the_plan_is_withdrawn(stop: float) -> None:
    """No stop, or one at the entry."""
    draft = pair(stop=stop)
    StepOut(steps=steps((0.5, 0.5))).complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("pairs", "unit", "match"),
    [
        pytest.param([(1, 0.6), (2, 0.5)], "r", "sum to at most 1", id="fractions above 1"),
        pytest.param([(1, 0.2), (1, 0.2)], "r", "must differ", id="two at one place"),
        pytest.param([(n, 0.1) for n in range(1, 6)], "r", "1 to 4 steps", id="five"),
        pytest.param([(1.5, 0.5)], "fraction", r"0\.01 = 1 %, was 1\.5", id="percent written as a number"),
    ],
)
def test_contradictions_are_refused(pairs: list[tuple[float, float]], unit: str, match: str) -> None:
    """The steps have to fit together."""
    with pytest.raises(ValueError, match=match):
        StepOut(steps=steps(*pairs), unit=unit)  # type: ignore[arg-type]
