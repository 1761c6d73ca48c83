"""Groups of trades by hand; on real bars they are held against a recount in tests/end_to_end."""

from __future__ import annotations

import numpy as np
import pytest

from runner.model.duration import DAY_MS, HOUR_MS
from runner.report.analysis.groups import by_hour, by_reason, by_strategy, by_symbol, by_weekday, clock
from tests.report import cases

SPRING = 1_710_054_000_000  # 2024-03-10 07:00 UTC: New York's clocks go from 02:00 to 03:00


def test_a_row_holds_what_three_trades_say() -> None:
    """+290 and +45.5 won, -102 lost; risks of 100, 100 and 50."""
    (row,) = by_symbol(cases.outcome())
    assert row == {
        "name": "BTCUSDT",
        "trades": 3,
        "won": 2,
        "win_rate": pytest.approx(2 / 3),
        "profit": 233.5,
        "average_r": pytest.approx((2.9 - 1.02 + 0.91) / 3),
        "profit_share": 1.0,
    }
    assert by_strategy(cases.outcome())[0] == row | {"name": "fvg"}


def test_shares_of_a_run_that_lost_add_up_to_minus_one() -> None:
    """What took away has a minus, what brought something a plus."""
    trades = cases.trades()
    trades["profit"] = [100.0, -300.0, -50.0]
    shares = {row["name"]: row["profit_share"] for row in by_reason(cases.outcome(trades=trades))}
    assert shares == {"entry": pytest.approx(-0.8), "end_of_data": pytest.approx(-0.2)}


def test_a_risk_that_is_not_known_counts_in_no_average() -> None:
    """A trade without a stop has no R; none with one, no average."""
    trades = cases.trades()
    trades["risk"] = [100.0, 0.0, 0.0]
    assert by_symbol(cases.outcome(trades=trades))[0]["average_r"] == pytest.approx(2.9)
    trades["risk"] = 0.0
    assert by_symbol(cases.outcome(trades=trades))[0]["average_r"] is None


def test_without_a_trade_every_name_has_an_empty_row() -> None:
    """Hours and weekdays are all there; reasons are not."""
    nothing = cases.nothing()
    assert [len(by_hour(nothing, "UTC")), len(by_weekday(nothing, "UTC")), len(by_symbol(nothing)), len(by_reason(nothing))] == [
        24,
        7,
        1,
        0,
    ]
    assert by_symbol(nothing)[0] | {"name": ""} == dict.fromkeys(("win_rate", "average_r", "profit_share")) | {
        "name": "",
        "trades": 0,
        "won": 0,
        "profit": 0.0,
    }


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [("UTC", [(6, 6), (6, 7), (6, 16)]), ("America/New_York", [(6, 1), (6, 3), (6, 12)]), ("Asia/Kathmandu", [(6, 11), (6, 12), (6, 21)])],
)
def test_clocks_follow_their_zone(zone: str, wanted: list[tuple[int, int]]) -> None:
    """Daylight saving begins between the first two instants; Kathmandu is 5:45 ahead."""
    weekday, hour = clock(np.array([SPRING - HOUR_MS, SPRING, SPRING + 9 * HOUR_MS]), zone)
    assert list(zip(weekday.tolist(), hour.tolist(), strict=True)) == wanted


def test_a_weekday_follows_the_clock_over_midnight() -> None:
    """Monday, 02:00 UTC is Sunday evening in New York."""
    assert clock(np.array([cases.MIDNIGHT + 2 * HOUR_MS, cases.MIDNIGHT + DAY_MS]), "America/New_York")[0].tolist() == [6, 0]
