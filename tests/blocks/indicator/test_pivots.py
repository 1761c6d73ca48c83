"""The indicator `pivots`."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from blocks.indicator.pivots import Pivots
from runner.columns.pivots import Method
from runner.model.bars import Bars
from runner.model.duration import DAY_MS
from runner.model.terms import Clock
from tests.blocks.candles import HOUR_MS, candles
from tests.blocks.indicator.textbook import NAN, agrees, shipped


def classic(high: float, low: float, close: float) -> dict[str, float]:
    """J. Person, A Complete Guide to Technical Trading Tactics, 2004, ch. 6; the third levels as floor traders count them."""
    p = (high + low + close) / 3
    near = {"pivot": p, "r1": 2 * p - low, "s1": 2 * p - high}
    return near | {"r2": p + (high - low), "s2": p - (high - low), "r3": high + 2 * (p - low), "s3": low - 2 * (high - p)}


def fibonacci(high: float, low: float, close: float) -> dict[str, float]:
    """Shares 0.382, 0.618 and 1 of the range around the same pivot (stockcharts.com, Pivot Points)."""
    p = (high + low + close) / 3
    shares = {1: 0.382, 2: 0.618, 3: 1.0}
    return {"pivot": p} | {
        f"{way}{n}": p + sign * share * (high - low) for n, share in shares.items() for way, sign in (("r", 1), ("s", -1))
    }


def camarilla(high: float, low: float, close: float) -> dict[str, float]:
    """1.1 of the range over 12, 6, 4 and 2 around the close (N. Scott's equation, 1989)."""
    parts = {1: 12, 2: 6, 3: 4, 4: 2}
    steps = {f"{way}{n}": close + sign * (high - low) * 1.1 / part for n, part in parts.items() for way, sign in (("r", 1), ("s", -1))}
    return {"pivot": (high + low + close) / 3} | steps


WRITTEN = {"classic": classic, "fibonacci": fibonacci, "camarilla": camarilla}


def trading_day(time_ms: int, zone: str, hour: int) -> tuple[int, bool]:
    """Which trading day it is at an instant, and whether it begins right there: read off the clock on the wall, hour by hour."""
    local = datetime.fromtimestamp(time_ms / 1000, ZoneInfo(zone))
    return local.date().toordinal() + (local.hour >= hour), (local.hour, local.minute) == (hour, 0)


def walked(bars: Bars, method: Method, zone: str, hour: int) -> dict[str, list[float]]:
    """Bar by bar: gather each trading day by the bars that open in it, draw its levels at the first close that is not in it any more."""
    known: dict[str, float] = {}
    found: dict[str, list[float]] = {}
    day, begins = trading_day(int(bars.open_time[0]), zone, hour)
    whole, high, low, close = begins, -1.0, 1e99, NAN
    for row in range(len(bars)):
        opened, _ = trading_day(int(bars.open_time[row]), zone, hour)
        if opened != day:
            day, whole, high, low = opened, True, -1.0, 1e99
        high, low, close = max(high, bars.high[row]), min(low, bars.low[row]), bars.close[row]
        if trading_day(int(bars.close_time[row]), zone, hour)[0] > day and whole:
            known = WRITTEN[method](high, low, close)
        for name in WRITTEN[method](1, 1, 1):
            found.setdefault(name, []).append(known.get(name, NAN))
    return found


@pytest.mark.parametrize("method", ["classic", "fibonacci", "camarilla"])
@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        pytest.param("UTC", 0, id="days that 4h bars make up exactly"),
        pytest.param("America/New_York", 17, id="days that begin within a 4h bar, at 21:00 UTC in summer and 22:00 in winter"),
        pytest.param("Europe/London", 0, id="days that 4h bars make up in winter only"),
        pytest.param("Asia/Kolkata", 9, id="days that begin at half past three"),
    ],
)
def test_agrees_with_the_textbook_across_clock_changes(method: Method, zone: str, hour: int) -> None:
    """The levels of the last trading day that was over, and whose bars had all closed, over three years of 4h bars."""
    bars = shipped("BTCUSDT")
    columns = Pivots(method=method, session=Clock(at=f"{hour:02}:00", zone=zone)).columns(bars)
    expected = walked(bars, method, zone, hour)
    assert set(columns) == set(expected)
    for name, level in expected.items():
        agrees(columns[name], level)


def test_the_day_the_clocks_change_has_23_or_25_hours() -> None:
    """Hourly bars in New York: the day of 10 March 2024 is over after 23 bars, that of 3 November after 25."""
    bars = shipped("BTCUSDT", "1h")
    pivot = Pivots(session=Clock(at="00:00", zone="America/New_York")).columns(bars)["pivot"]
    drawn = bars.close_time[np.flatnonzero(np.diff(pivot) != 0) + 1]
    lengths = {str(np.datetime64(int(end), "ms"))[:10]: int(end - start) // HOUR_MS for start, end in pairwise(drawn)}
    expected = {"2024-03-11": 23, "2024-11-04": 25, "2024-07-01": 24}
    assert {day: lengths[day] for day in expected} == expected


@pytest.mark.parametrize(("bar", "pivot"), [(4, np.nan), (5, 3.5), (10, 3.5), (11, 9.5)])
def test_a_day_counts_from_the_close_of_its_last_bar(bar: int, pivot: float) -> None:
    """Six 4h bars a day: at the close of the sixth its levels are known, and hold until that of the twelfth."""
    bars = candles([(float(n), n + 0.5, n - 0.5, n) for n in range(1, 13)])
    column = Pivots().columns(bars)["pivot"]
    high, low, close = (6.5, 0.5, 6.0) if bar < 11 else (12.5, 6.5, 12.0)
    np.testing.assert_allclose(column[bar], np.nan if np.isnan(pivot) else (high + low + close) / 3)


def test_a_week_from_monday() -> None:
    """Daily bars from Thursday 1 January 1970: the first whole week ends with the close of Sunday the eleventh."""
    bars = candles([(float(n), n, n, n) for n in range(1, 20)], timeframe_ms=DAY_MS)
    column = Pivots(session=Clock(at="00:00", zone="UTC", weekdays=["mon"])).columns(bars)["pivot"]
    np.testing.assert_allclose(column, [np.nan] * 10 + [(11 + 5 + 11) / 3] * 7 + [(18 + 12 + 18) / 3] * 2)


def test_days_without_bars_are_passed_over() -> None:
    """After a hole of a day the levels are still those of the last day there was."""
    bars = candles([(float(n), n, n, n) for n in range(1, 25)])
    column = Pivots().columns(bars.rows(np.r_[0:6, 12:24]))["pivot"]
    np.testing.assert_allclose(column, [np.nan] * 5 + [(6 + 1 + 6) / 3] * 6 + [(18 + 13 + 18) / 3] * 6 + [(24 + 19 + 24) / 3])


@pytest.mark.parametrize("count", [0, 1, 5])
def test_before_a_day_is_over_nothing_is_known(count: int) -> None:
    """As many values as bars."""
    columns = Pivots(method="camarilla").columns(candles([(1, 1, 1, 1)] * 5).rows(slice(0, count)))
    assert set(columns) == {"pivot", "r1", "r2", "r3", "r4", "s1", "s2", "s3", "s4"}
    assert all(len(column) == count and np.isnan(column).all() for column in columns.values())
