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
