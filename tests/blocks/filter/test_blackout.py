"""The filter `blackout`."""

import numpy as np
import pytest

from blocks.filter.blackout import Blackout, Stretch
from tests.blocks.drafts import flat
from tests.contracts.discovery import real


@pytest.mark.parametrize(
    ("first", "last", "dark"),
    [
        pytest.param("01-02", "01-02", [24, 28, 32, 36, 40, 44], id="one day of every year"),
        pytest.param("12-24", "01-01", [4, 8, 12, 16, 20], id="over the new year"),
        pytest.param("1970-01-02", "1970-01-03", [24, 28, 32, 36, 40, 44, 48], id="days of one year, both included"),
        pytest.param("1971-01-01", "1971-01-05", [], id="the year after"),
    ],
)
def test_nothing_is_opened_on_days_that_are_named(first: str, last: str, dark: list[int]) -> None:
    """4h bars of two days from 1970-01-01; a signal acts at its bar's close."""
    market = flat(12)
    passes = Blackout(periods={"it": Stretch(first=first, last=last)}).passes(market, 1)
    assert (market.bars.close_time[~passes] // 3_600_000).tolist() == dark


def test_days_of_the_zone_on_real_bars() -> None:
    """Against the text of every close in Tokyo, nine hours ahead without daylight saving."""
    market = real()
    passes = Blackout(periods={"may": Stretch(first="2024-05-01", last="2024-05-31")}, zone="Asia/Tokyo").passes(market, 1)
    local = (market.bars.close_time + 9 * 3_600_000).astype("datetime64[ms]").astype("datetime64[M]")
    assert passes.tolist() == (local != np.datetime64("2024-05")).tolist()


@pytest.mark.parametrize(
    ("first", "last"), [("2024-02-30", "2024-03-01"), ("12-24", "2024-12-31"), ("2024-03-02", "2024-03-01"), ("Christmas", "12-31")]
)
def test_what_is_no_stretch_of_days_is_refused(first: str, last: str) -> None:
    """Days there are, written alike, in order."""
    with pytest.raises(ValueError, match="expected"):
        Stretch(first=first, last=last)


def test_it_says_which_day_it_is() -> None:
    """One reason for each stretch."""
    block = Blackout(periods={"new_year": Stretch(first="01-01", last="01-01"), "later": Stretch(first="05-01", last="05-02")})
    reasons = block.explain(flat(12), 0, 1)
    assert [(each.name, each.holds) for each in reasons] == [("not in new_year", False), ("not in later", True)]
    assert reasons[0].words == "01-01 to 01-01; it is 1970-01-01"
