"""The indicator `vwap`."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from blocks.indicator.vwap import Vwap
from runner.model.terms import Clock
from tests.blocks.candles import HOUR_MS, candles
from tests.blocks.indicator.textbook import NAN, ON_REAL_BARS, agrees, mean, shipped, typical, window

NEW_YORK = ZoneInfo("America/New_York")


def day_of(opened_ms: int) -> str:
    """The trading day in New York that begins at 17:00, by the clock on the wall."""
    local = datetime.fromtimestamp(opened_ms / 1000, NEW_YORK)
    return f"{local.date()} {'after' if local.hour >= 17 else 'before'}"


@pytest.mark.parametrize("timeframe", ["4h", "1h"])
@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT"])
def test_since_a_session_agrees_with_the_textbook(symbol: str, timeframe: str) -> None:
    """Sum of typical price times volume over the volume since the day began (S. Berkowitz, The Total Cost of Transactions, 1988).

    Days begin at 17:00 in New York, over two years with four clock changes; the first one was not seen from its begin.
    """
    bars = shipped(symbol, timeframe)
    expected, paid, traded, begun = [], 0.0, 0.0, False
    for row, price in enumerate(typical(bars)):
        before, now = (day_of(int(bars.open_time[each])) for each in (max(0, row - 1), row))
        if before.endswith("before") and now.endswith("after"):
            paid, traded, begun = 0.0, 0.0, True
        paid, traded = paid + price * bars.volume[row], traded + bars.volume[row]
        expected.append(paid / traded if begun else NAN)
    agrees(Vwap(session=Clock(at="17:00", zone="America/New_York")).columns(bars)["vwap"], expected)


@ON_REAL_BARS
def test_rolling_agrees_with_the_textbook(symbol: str) -> None:
    """The same sums over the last twenty bars."""
    bars, length = shipped(symbol), 20
    volumes = bars.volume.tolist()
    paid = [price * volume for price, volume in zip(typical(bars), volumes, strict=True)]
    expected = [mean(window(paid, row, length)) / mean(window(volumes, row, length)) for row in range(len(bars))]
    agrees(Vwap(session=None, length=length).columns(bars)["vwap"], expected)


def test_a_session_that_was_not_seen_from_its_begin_is_unknown() -> None:
    """Days from midnight: bars that begin at 04:00 know nothing of the first day."""
    rows = [(price, price, price, price) for price in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)]
    whole = candles(rows)
    vwap = Vwap(session=Clock(at="00:00", zone="UTC"))
    np.testing.assert_allclose(vwap.columns(whole)["vwap"], [1, 1.5, 2, 2.5, 3, 3.5, 7, 7.5])
    np.testing.assert_allclose(vwap.columns(whole.rows(slice(1, None)))["vwap"], [np.nan] * 5 + [7, 7.5])


def test_a_week_may_be_the_session() -> None:
    """The first Monday of 1970 is the fifth of January; before it nothing is known."""
    bars = candles([(float(n), n, n, n) for n in range(1, 9)], timeframe_ms=24 * HOUR_MS)
    column = Vwap(session=Clock(at="00:00", zone="UTC", weekdays=["mon"])).columns(bars)["vwap"]
    np.testing.assert_allclose(column, [np.nan] * 4 + [5, 5.5, 6, 6.5])


@pytest.mark.parametrize("volumes", [[0, 0, 0], [0, 2, 0]])
def test_without_volume_it_is_unknown(volumes: list[float]) -> None:
    """Until something has been traded in the session or the window; equal prices have exactly that mean."""
    bars = candles([(0.1, 0.1, 0.1, 0.1)] * 3, volumes)
    traded = [np.nan, 0.1, 0.1] if any(volumes) else [np.nan] * 3
    np.testing.assert_array_equal(Vwap(session=Clock(at="00:00", zone="UTC")).columns(bars)["vwap"], traded)
    np.testing.assert_array_equal(Vwap(session=None, length=2).columns(bars)["vwap"], traded)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_bars(count: int) -> None:
    """As many values as bars, for either kind."""
    bars = candles([(1, 1, 1, 1)] * 2).rows(slice(0, count))
    assert all(
        len(block.columns(bars)["vwap"]) == count for block in (Vwap(session=Clock(at="00:00", zone="UTC")), Vwap(session=None, length=2))
    )


@pytest.mark.parametrize(("session", "length"), [(None, None), (Clock(at="00:00", zone="UTC"), 5)])
def test_one_of_session_and_length_is_asked_for(session: Clock | None, length: int | None) -> None:
    """Both and neither are refused."""
    with pytest.raises(ValueError, match="expected session or length, one of the two"):
        Vwap(session=session, length=length)
