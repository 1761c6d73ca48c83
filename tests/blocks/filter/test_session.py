"""The filter `session`."""

import pytest

from blocks.filter.session import Session
from runner.model.terms import Window
from tests.blocks.drafts import flat

DAY, NIGHT = Window(opens="08:00", closes="16:00", zone="UTC"), Window(opens="20:00", closes="04:00", zone="UTC", weekdays=["thu"])


@pytest.mark.parametrize(
    ("windows", "hours"),
    [
        pytest.param({"day": DAY}, [8, 12, 32, 36], id="its beginning is inside, its end is not"),
        pytest.param({"night": NIGHT}, [20, 24], id="over midnight, from Thursday on"),
        pytest.param({"day": DAY, "night": NIGHT}, [8, 12, 20, 24, 32, 36], id="either of the two"),
    ],
)
def test_signals_pass_where_they_act_inside(windows: dict[str, Window], hours: list[int]) -> None:
    """4h bars of two days from Thursday midnight."""
    market = flat(12)
    passes = Session(windows=windows).passes(market, 1)
    assert (market.bars.close_time[passes] // 3_600_000).tolist() == hours


def test_it_says_what_the_wall_shows() -> None:
    """The bar that closes at 08:00."""
    (reason,) = Session(windows={"night": NIGHT}).explain(flat(12), 1, 1)
    assert not reason.holds
    assert reason.parts[0].words == "20:00 to 04:00 on thu; it is Thu 08:00 in UTC"


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        pytest.param({"opens": 480}, "time of day in quotes", id="a time without quotes, which YAML makes a number"),
        pytest.param({"zone": "EST"}, "time zone such as", id="a zone without daylight saving"),
    ],
)
def test_what_is_no_clock_is_refused(changed: dict[str, object], match: str) -> None:
    """Times are quoted and zones are places."""
    with pytest.raises(ValueError, match=match):
        Window(**({"opens": "08:00", "closes": "16:00", "zone": "UTC"} | changed))  # type: ignore[arg-type]


def test_no_window_at_all_is_refused() -> None:
    """Nothing would ever pass."""
    with pytest.raises(ValueError, match="at least 1"):
        Session(windows={})
