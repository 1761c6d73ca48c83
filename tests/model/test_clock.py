"""Resets of clocks in their own zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from runner.model.clock import instant_ms, resets_ms
from runner.model.duration import DAY_MS

START = int(datetime(2024, 3, 1, 12, tzinfo=UTC).timestamp() * 1000)
END = START + 400 * DAY_MS


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/Prague"])
@pytest.mark.parametrize("at", ["00:00", "17:00:30"])
def test_a_reset_a_day_by_the_clock_on_the_wall(at: str, zone: str) -> None:
    """Day by day the same instants, from before the start until after the end."""
    found = resets_ms(at, zone, START, END)
    first = datetime(2024, 2, 28, tzinfo=UTC).date()
    assert found.tolist() == [instant_ms(first + timedelta(days=n), at, zone) for n in range(len(found))]
    assert found[0] < START - DAY_MS
    assert found[-1] > END + DAY_MS


def test_summer_time_moves_a_reset_by_an_hour() -> None:
    """17:00 in New York is 22:00 UTC in winter and 21:00 in summer."""
    hours = {datetime.fromtimestamp(instant / 1000, UTC).hour for instant in resets_ms("17:00", "America/New_York", START, END).tolist()}
    assert hours == {21, 22}
