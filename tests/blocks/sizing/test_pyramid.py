"""The sizing `pyramid`."""

import numpy as np
import pytest

from blocks.sizing.fixed_quantity import FixedQuantity
from blocks.sizing.fixed_risk import FixedRisk
from blocks.sizing.kelly import Kelly
from blocks.sizing.pyramid import Pyramid
from runner.model.habits import no_habits
from runner.model.plan import SizingMethod
from tests.blocks.drafts import pair

ONE = FixedQuantity(quantity=1.0)


@pytest.mark.parametrize(
    ("unit", "away"),
    [pytest.param("r", 5, id="r: the stop is 5 away"), pytest.param("atr", 4, id="atr"), pytest.param("fraction", 1, id="fraction of 100")],
)
def test_steps_lie_at_equal_distances_in_profit(unit: str, away: float) -> None:
    """On both sides; each is half of the one before."""
    draft = pair(stop=5.0)
    every = 0.01 if unit == "fraction" else 1.0
    Pyramid(of=ONE, steps=3, every=every, unit=unit, fraction=0.5, shrink=0.5).complete(draft)  # type: ignore[arg-type]
    steps = away * np.array([1, 2, 3])
    np.testing.assert_allclose(draft.plans["add_price"][:, :3], [100 + steps, 100 - steps])
    np.testing.assert_allclose(draft.plans["add_fraction"][:, :3], [[0.5, 0.25, 0.125]] * 2)
    assert draft.plans["add_count"].tolist() == [3, 3]


def test_the_first_entry_is_sized_by_the_inner_block() -> None:
    """Whatever block it is."""
    draft = pair(stop=5.0)
    Pyramid(of=FixedRisk(risk_fraction=0.02)).complete(draft)
    assert draft.plans["sizing_method"].tolist() == [SizingMethod.RISK_OF_INITIAL] * 2
    assert draft.plans["sizing_value"].tolist() == [0.02] * 2


def test_a_short_adds_at_no_price_below_zero() -> None:
    """40 and 80 below 100 there are, 120 below there is not."""
    draft = pair(stop=40.0)
    Pyramid(of=ONE, steps=3).complete(draft)
    assert draft.plans["add_count"].tolist() == [3, 2]
    np.testing.assert_allclose(draft.plans["add_price"][1, :3], [60, 20, np.nan])


def test_without_a_stop_there_is_no_r() -> None:
    """The plan is withdrawn, not traded without its steps."""
    draft = pair()
    Pyramid(of=ONE).complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]


def test_a_step_at_the_entry_withdraws_the_plan() -> None:
    """Less than half a tick away it would fill at once."""
    draft = pair(stop=0.01)
    Pyramid(of=ONE).complete(draft)
    assert draft.why(1) == "a further entry would lie at the first one"


def test_what_the_inner_sizing_keeps_to_is_kept() -> None:
    """Kelly looks at the strategy's own trades also from under a pyramid."""
    inner, outer = no_habits(), no_habits()
    Kelly().keep_to(inner)
    Pyramid(of=Kelly()).keep_to(outer)
    assert outer.tobytes() == inner.tobytes() != no_habits().tobytes()
