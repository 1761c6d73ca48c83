"""The exit `bars`."""

import pytest

from blocks.exit.bars import Bars
from tests.blocks.drafts import pair


@pytest.mark.parametrize(("unless", "flag"), [(True, 1), (False, 0)])
def test_time_stop_counts_bars_of_the_strategy(unless: bool, flag: int) -> None:
    """Seven 4h bars are 28 hours."""
    draft = pair()
    Bars(count=7, unless_target_hit=unless).complete(draft)
    assert draft.plans["time_stop_ms"].tolist() == [28 * 3_600_000] * 2
    assert draft.plans["time_stop_needs_no_target"].tolist() == [flag] * 2


def test_zero_bars_are_refused() -> None:
    """A position cannot end before it begins."""
    with pytest.raises(ValueError, match="count"):
        Bars(count=0)
