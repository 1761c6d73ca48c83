"""The filter `weekday`."""

import pytest

from blocks.filter.weekday import Weekday
from tests.blocks.drafts import flat


@pytest.mark.parametrize(
    ("days", "zone", "hours"),
    [
        pytest.param(["fri"], "UTC", [24, 28, 32, 36, 40, 44], id="Friday from midnight to midnight"),
        pytest.param(["fri"], "Asia/Tokyo", [16, 20, 24, 28, 32, 36], id="it begins nine hours earlier in Tokyo"),
        pytest.param(["mon", "tue"], "UTC", [], id="other days"),
    ],
)
def test_signals_pass_on_their_days(days: list[str], zone: str, hours: list[int]) -> None:
    """4h bars of two days from Thursday midnight, 1970-01-01."""
    market = flat(12)
    passes = Weekday(days=days, zone=zone).passes(market, -1)  # type: ignore[arg-type]
    assert (market.bars.close_time[passes] // 3_600_000).tolist() == hours


def test_it_says_which_day_it_is() -> None:
    """The first bar closes on Thursday at four."""
    (reason,) = Weekday().explain(flat(12), 0, 1)
    assert (reason.name, reason.holds, reason.words) == ("on mon, tue, wed, thu, fri", True, "it is Thu 04:00 in UTC")


def test_an_unknown_day_is_refused() -> None:
    """Days are written with three letters."""
    with pytest.raises(ValueError, match="mon"):
        Weekday(days=["monday"])  # type: ignore[list-item]
