"""The exit `atr_trail`."""

import numpy as np

from blocks.exit.atr_trail import AtrTrail
from runner.model.plan import NO_COLUMN, TrailStart, TrailUpdate
from tests.blocks.drafts import pair


def test_follows_from_the_entry_at_a_fixed_distance() -> None:
    """Half a range of four is two."""
    draft = pair()
    AtrTrail(multiple=0.5).complete(draft)
    np.testing.assert_allclose(draft.plans["trail_distance"], 2)
    assert draft.plans["trail_column"].tolist() == [NO_COLUMN] * 2
    assert draft.plans["trail_start"].tolist() == [TrailStart.AT_ENTRY] * 2
    assert draft.plans["trail_update"].tolist() == [TrailUpdate.NATIVE] * 2


def test_may_wait_for_a_target() -> None:
    """The number of the target is what it starts after."""
    draft = pair()
    AtrTrail(after_target=2, update="bar_close").complete(draft)
    assert draft.plans["trail_start"].tolist() == [TrailStart.AFTER_TARGET] * 2
    assert draft.plans["trail_start_value"].tolist() == [2, 2]
    assert draft.plans["trail_update"].tolist() == [TrailUpdate.BAR_CLOSE] * 2


def test_may_take_the_range_of_every_bar() -> None:
    """The distance then comes from a column aligned with the bars."""
    draft = pair()
    AtrTrail(multiple=0.5, range_at="every_bar").complete(draft)
    assert draft.plans["trail_column"].tolist() == [0, 0]
    np.testing.assert_allclose(draft.columns[0][13:], 2)


def test_a_range_below_a_tick_is_no_distance() -> None:
    """Rounded to the tick, the stop would stand at the price itself: the plan is withdrawn, later bars leave the stop where it is."""
    draft = pair()
    AtrTrail(multiple=0.02, range_at="every_bar").complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]
    assert draft.why(0) == "its trail would have no distance"
    assert np.isnan(draft.columns[0]).all()
