"""The exit `time_stop`."""

import pytest

from blocks.exit.time_stop import TimeStop
from tests.blocks.drafts import pair


@pytest.mark.parametrize(("unless", "flag"), [(True, 1), (False, 0)])
def test_counts_time_from_the_fill(unless: bool, flag: int) -> None:
    """Ninety minutes, whatever the bars."""
    draft = pair()
    TimeStop(after="90m", unless_target_hit=unless).complete(draft)
    assert draft.plans["time_stop_ms"].tolist() == [90 * 60_000] * 2
    assert draft.plans["time_stop_needs_no_target"].tolist() == [flag] * 2


def test_a_number_without_its_unit_is_refused() -> None:
    """Durations carry it."""
    with pytest.raises(ValueError, match="expected a duration"):
        TimeStop(after="90")
