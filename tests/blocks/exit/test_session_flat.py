"""The exit `session_flat`."""

import numpy as np
import pytest

from blocks.exit.session_flat import SessionFlat
from runner.model.terms import Clock
from tests.blocks.drafts import pair


@pytest.mark.parametrize(
    ("before", "hours"),
    [pytest.param(None, [16, 40, 64, 88, 112], id="at or before it"), pytest.param("2h", [12, 36, 60, 84, 108], id="two hours ahead")],
)
def test_everything_ends_at_the_last_close_before_the_time(before: str | None, hours: list[int]) -> None:
    """4h bars, flat by 17:00 every day; both sides, and resting entries too."""
    draft = pair()
    SessionFlat(flat_by=Clock(at="17:00", zone="UTC"), before=before).complete(draft)
    for field in ("exit_column", "cancel_column"):
        column = draft.columns[int(draft.plans[field][0])]
        assert set(np.unique(column)) == {0.0, 2.0}
        assert (draft.market.bars.close_time[column == 2] // 3_600_000).tolist() == hours


def test_only_on_some_days() -> None:
    """The first of January 1970 was a Thursday."""
    draft = pair()
    SessionFlat(flat_by=Clock(at="17:00", zone="UTC", weekdays=["fri"])).complete(draft)
    assert (draft.market.bars.close_time[draft.columns[0] == 2] // 3_600_000).tolist() == [40]
