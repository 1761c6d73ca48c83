"""The indicator `market_profile`."""

import numpy as np
import pytest

from blocks.indicator.market_profile import MarketProfile
from runner.model.bars import Bars
from runner.model.terms import Clock
from tests.blocks.candles import candles
from tests.blocks.shipped import SYMBOLS, same, stretch

DAY_MS = 86_400_000
NAMES = ("poc", "val", "vah")


def plain(bars: Bars, rows: range, bins: int = 24, share: float = 0.7) -> tuple[float, float, float]:
    """The profile of some bars, as it is drawn by hand: a bin at a time, then outwards from the fullest."""
    low, high = min(bars.low[row] for row in rows), max(bars.high[row] for row in rows)
    sized = [0.0] * bins
    for row in rows:
        price = (bars.high[row] + bars.low[row] + bars.close[row]) / 3
        sized[min(int((price - low) * (bins / (high - low))), bins - 1)] += bars.volume[row]
    top = bottom = sized.index(max(sized))
    poc, held = low + (top + 0.5) * (high - low) / bins, sized[top]
    while held < share * sum(sized) and top - bottom < bins - 1:
        above = sized[top + 1] if top + 1 < bins else -1.0
        below = sized[bottom - 1] if bottom > 0 else -1.0
        held += max(above, below)
        top, bottom = (top + 1, bottom) if above >= below else (top, bottom - 1)
    return poc, low + bottom * (high - low) / bins, low + (top + 1) * (high - low) / bins


@SYMBOLS
@pytest.mark.parametrize(("length", "bins"), [(60, 24), (7, 10)])
def test_rolling_profiles_are_those_drawn_by_hand(symbol: str, length: int, bins: int) -> None:
    """Of the last bars, the present one included."""
    market = stretch(symbol, 700)
    wanted = [(np.nan,) * 3] * (length - 1) + [plain(market, range(row - length + 1, row + 1), bins) for row in range(length - 1, 700)]
    columns = MarketProfile(length=length, bins=bins).columns(market)
    for name, values in zip(NAMES, np.array(wanted).T, strict=True):
        same(columns[name], values)


@pytest.mark.parametrize("hour", [0, 16], ids=["days that begin at midnight", "days that begin at 16:00"])
@pytest.mark.parametrize("first", [0, 2, 4], ids=["from 00:00", "from 08:00", "from 16:00"])
def test_a_session_counts_from_its_last_close(first: int, hour: int) -> None:
    """At each bar the last day that is over at its close, and only days that the bars hold from their beginning."""
    market = stretch("BTCUSDT", 700).rows(slice(first, None))
    wanted, shift = [], hour * DAY_MS // 24
    for close in market.close_time.tolist():
        day = (close - shift) // DAY_MS - 1
        rows = range(*np.searchsorted(market.open_time, [day * DAY_MS + shift, (day + 1) * DAY_MS + shift]).tolist())
        wanted.append(plain(market, rows) if len(rows) == 6 else (np.nan,) * 3)
    columns = MarketProfile(session=Clock(at=f"{hour:02}:00", zone="UTC")).columns(market)
    for name, values in zip(NAMES, np.array(wanted).T, strict=True):
        same(columns[name], values)


@pytest.mark.parametrize(
    ("share", "edges"),
    [(0.5, (20.0, 30.0)), (0.51, (20.0, 40.0)), (0.7, (20.0, 40.0)), (0.71, (20.0, 50.0)), (1.0, (10.0, 50.0))],
)
def test_the_area_grows_towards_the_fuller_side(share: float, edges: tuple[float, float]) -> None:
    """Volumes 10, 50, 20, 20 in four steps of 10: from 50 on the fuller neighbour comes first."""
    rows = [(p, p, p, p) for p in (15.0, 25.0, 35.0, 45.0)]
    market = candles([*rows, (10, 10, 10, 10), (50, 50, 50, 50)], volume=[10, 50, 20, 20, 0, 0])
    columns = MarketProfile(length=6, bins=4, value_area=share).columns(market)
    assert (columns["val"][-1], columns["vah"][-1], columns["poc"][-1]) == pytest.approx((*edges, 25.0))


def test_without_volume_there_is_no_profile() -> None:
    """And at one price all of it stands there."""
    flat = [(5.0, 5.0, 5.0, 5.0)] * 2
    assert np.isnan(MarketProfile(length=2).columns(candles(flat, volume=[0, 0]))["poc"]).all()
    assert [MarketProfile(length=2).columns(candles(flat))[name][-1] for name in NAMES] == [5.0, 5.0, 5.0]
