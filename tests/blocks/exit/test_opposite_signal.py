"""The exit `opposite_signal`."""

from dataclasses import replace

import numpy as np

from blocks.exit.opposite_signal import OppositeSignal
from tests.blocks.drafts import pair


def test_a_signal_closes_the_other_side() -> None:
    """A short signal at bar 3 closes longs, a long one at bar 5 shorts; the plan's own bar does not matter."""
    draft = pair()
    direction = np.zeros(30, np.int8)
    direction[[3, 5]] = -1, 1
    draft = replace(draft, direction=direction)
    OppositeSignal().complete(draft)
    column = draft.columns[int(draft.plans["exit_column"][0])]
    assert {int(row): float(column[row]) for row in np.flatnonzero(column)} == {3: 1.0, 5: -1.0}
