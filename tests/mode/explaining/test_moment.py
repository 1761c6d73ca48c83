"""Times as people type them."""

from __future__ import annotations

import pytest

from runner.mode.explaining.moment import instant, row_at
from runner.model.errors import RunnerError
from runner.report.figures import minute
from tests.samples import bars


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2024-03-05 08:00", "2024-03-05 08:00"),
        ("2024-03-05 8:00", "2024-03-05 08:00"),
        ("2024-03-05", "2024-03-05 00:00"),
        ("2024-03-05T08:00Z", "2024-03-05 08:00"),
        ("2024-03-05 08:00 UTC", "2024-03-05 08:00"),
        ("2024-03-05 09:00 Europe/Berlin", "2024-03-05 08:00"),
        ("2024-07-05 10:00 Europe/Berlin", "2024-07-05 08:00"),
        ("2024-03-05 03:00 America/New_York", "2024-03-05 08:00"),
        ("2024-03-05 13:30+05:30", "2024-03-05 08:00"),
        ("2024-10-27 02:30 Europe/Berlin", "2024-10-27 00:30"),
    ],
    ids=["plain", "one digit", "a day", "ISO", "UTC", "winter", "summer", "New York", "offset", "twice on the clock, the first is meant"],
)
def test_a_time_is_read_in_its_zone(typed: str, utc: str) -> None:
    """UTC unless a zone or an offset follows."""
    assert minute(instant(typed)) == utc


@pytest.mark.parametrize("typed", ["", "noon", "2024-03-05 25:00", "2024-3-5 08:00", "2024-03-05 08:00 EST", "05.03.2024 08:00"])
def test_anything_else_is_refused(typed: str) -> None:
    """Also abbreviations, which ignore daylight saving."""
    with pytest.raises(RunnerError):
        instant(typed)


def test_the_bar_of_a_time_is_the_last_closed() -> None:
    """From its close on until the next; before the first and after the last there is none."""
    three = bars([1.0, 2.0, 3.0])
    hour = three.timeframe_ms
    assert [row_at(three, int(1.5 * hour)), row_at(three, 2 * hour), row_at(three, 4 * hour - 1)] == [0, 1, 2]
    for moment in (hour - 1, 4 * hour):
        with pytest.raises(RunnerError, match="cannot be explained"):
            row_at(three, moment)
