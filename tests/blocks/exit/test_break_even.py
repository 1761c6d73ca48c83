"""The exit `break_even`."""

import numpy as np

from blocks.exit.break_even import BreakEven
from tests.blocks.drafts import pair


def test_stop_goes_to_the_entry_after_a_target() -> None:
    """With what pays the fees on top."""
    draft = pair()
    BreakEven(after_target=2, offset_fraction=0.001).complete(draft)
    assert draft.plans["break_even_after"].tolist() == [2, 2]
    np.testing.assert_allclose(draft.plans["break_even_offset"], 0.1)


def test_what_lies_beyond_the_entry_adds_up() -> None:
    """A thousandth of 100, a tenth of a stop 5 away and two ticks of 0.1."""
    draft = pair(stop=5.0)
    BreakEven(offset_fraction=0.001, offset_r=0.1, offset_ticks=2.0).complete(draft)
    np.testing.assert_allclose(draft.plans["break_even_offset"], 0.1 + 0.5 + 0.2)


def test_without_a_stop_there_is_no_r() -> None:
    """The plan is withdrawn."""
    draft = pair()
    BreakEven(offset_r=0.1).complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]


def test_beyond_its_target_the_plan_is_withdrawn() -> None:
    """The market stands at the target when the stop is moved: a long's stop at 102.5 above it is none, one at 101.9 is."""
    draft = pair(stop=5.0)
    draft.aim(np.array([[102.0], [98.0]]), (0.5,))
    BreakEven(offset_r=0.38).complete(draft)
    assert draft.plans["side"].tolist() == [1, -1]
    BreakEven(offset_r=0.5).complete(draft)
    assert draft.plans["side"].tolist() == [0, 0]
    assert draft.why(0) == "its break-even would lie at its target or beyond it"
