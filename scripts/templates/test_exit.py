"""The exit `template`."""

import pytest

from blocks.exit.template import Template
from tests.samples import HOUR_MS, draft


def test_the_plan_is_told_when_to_leave() -> None:
    """Three hourly bars are three hours."""
    drafted = draft([100.0, 101.0])
    Template(bars=3).complete(drafted)
    assert drafted.plans["time_stop_ms"].tolist() == [3 * HOUR_MS]


def test_leaving_before_the_first_bar_is_refused() -> None:
    """No bar at all is out of range."""
    with pytest.raises(ValueError, match="bars"):
        Template(bars=0)
