"""Columns of zones, profile, distance, memory and swings: odd markets, warm-up, other timeframes, speed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest

from blocks.entry.gap_open import GapOpen
from blocks.entry.sigma_reversion import SigmaReversion
from blocks.entry.structure_break import StructureBreak
from blocks.entry.value_area_return import ValueAreaReturn
from blocks.entry.zone_touch import ZoneTouch
from blocks.filter.near_zone import NearZone
from blocks.filter.structure import Structure
from blocks.indicator.autocorrelation import Autocorrelation
from blocks.indicator.hurst import Hurst
from blocks.indicator.market_profile import MarketProfile
from blocks.indicator.open_gaps import OpenGaps
from blocks.indicator.reversion_strength import ReversionStrength
from blocks.indicator.supply_demand import SupplyDemand
from blocks.indicator.swings import Swings
from blocks.indicator.z_score import ZScore
from runner.audit import warm_up
from runner.columns.framed import Framed
from runner.columns.spread import sums
from runner.model.bars import Bars, Floats, resample
from runner.model.block import Entry, Filter, Indicator
from runner.model.market import Market
from runner.model.terms import Clock
from tests.blocks.shipped import stretch
from tests.contracts.discovery import real
from tests.samples import PLAIN, bars

DAY_MS = 86_400_000
MIDNIGHT = Clock(at="00:00", zone="UTC")
WARM: list[tuple[Indicator, str, int]] = [  # block, column, bars that are NaN
    (ZScore(length=30), "z_score", 29),
    (Autocorrelation(length=40, lag=2), "autocorrelation", 42),
    (Hurst(length=64), "hurst", 63),
    (ReversionStrength(length=60, distance_length=30), "reversion_strength", 61),
    (MarketProfile(length=40), "poc", 39),
    (SupplyDemand(max_age=80), "demand_strength", 19),
    (OpenGaps(), "gaps", 2),
]
ALL = [*(block for block, _, _ in WARM), Swings(), MarketProfile(session=MIDNIGHT), MarketProfile(length=1), ZScore(length=2)]
ENTRIES = [ZoneTouch(), GapOpen(), ValueAreaReturn(), SigmaReversion(), StructureBreak()]
FILTERS = [NearZone(), Structure()]
NAMED = pytest.mark.parametrize("block", ALL, ids=lambda block: type(block).__name__)


@NAMED
@pytest.mark.parametrize("count", [0, 1, 3, 200])
@pytest.mark.parametrize("price", [1e-5, 0.1, 1e5])
@pytest.mark.parametrize("volume", [0.0, 1.0])
def test_a_dead_market_gives_no_number_that_is_none(block: Indicator, count: int, price: float, volume: float) -> None:
    """All bars the same: no warning, nothing infinite, and nothing about prices that did not move."""
    columns = block.columns(bars([price] * count, volume))
    assert all(column.shape == (count,) and not np.isinf(column).any() for column in columns.values())
    moving = {"z_score", "autocorrelation", "hurst", "reversion_strength", "trend", "demand_lower", "rise_lower"}
    assert all(np.isnan(columns[name]).all() for name in columns.keys() & moving)


@pytest.mark.parametrize("price", [1e-5, 1e5])
@pytest.mark.parametrize("block", [*ENTRIES, *FILTERS], ids=lambda block: type(block).__name__)
def test_a_dead_market_is_not_traded(block: Entry | Filter, price: float) -> None:
    """No zone, no gap, no distance and no swing; only the value area is a price, and nothing returns to it."""
    dead = Market(bars=bars([price] * 200), instrument=PLAIN)
    if isinstance(block, Entry):
        assert not block.signals(dead).direction.any()
    else:
        assert not block.passes(dead, 1).any()


def priced(bars: Bars, change: Callable[[Floats], Floats]) -> Bars:
    """The bars with other prices."""
    return replace(bars, open=change(bars.open), high=change(bars.high), low=change(bars.low), close=change(bars.close))


@NAMED
def test_the_unit_of_price_does_not_matter(block: Indicator) -> None:
    """Prices of 1e-5 have the same columns as those of thousands, each in its unit; a dead stretch in between is no obstacle."""
    whole = stretch("BTCUSDT", 400)
    flat = priced(whole, lambda prices: np.where(np.arange(400) // 100 == 1, 2.0**14, prices))
    small = priced(flat, lambda prices: prices * 2.0**-30)
    prices = ("lower", "upper", "poc", "val", "vah", "high", "low")
    for name, values in block.columns(flat).items():
        unit = 2.0**-30 if name.rsplit("_", 1)[-1] in prices else 1.0
        np.testing.assert_allclose(block.columns(small)[name], values * unit, rtol=1e-9, atol=1e-12 * unit)


@pytest.mark.parametrize(("block", "name", "silent"), WARM, ids=[type(block).__name__ for block, _, _ in WARM])
def test_the_warm_up_declared_is_the_one_measured(block: Indicator, name: str, silent: int) -> None:
    """NaN stands for exactly so many bars; a value depends on at least as many before it, and on finitely many."""
    column = block.columns(real().bars)[name]
    assert np.isnan(column[:silent]).all()
    assert np.isfinite(column[silent])
    measured = warm_up(block, real(), np.arange(700, 1500, 80))
    assert measured is not None
    book = {"SupplyDemand": 80 + 20, "OpenGaps": 6 + 2}.get(type(block).__name__, silent)
    assert measured <= book + max(1, 750 // 16)


@pytest.mark.parametrize("block", [block for block, _, _ in WARM] + [Swings()], ids=lambda block: type(block).__name__)
def test_a_higher_timeframe_speaks_when_its_bar_has_closed(block: Indicator) -> None:
    """A day's value stands from the last 4h bar of the day on, until the next day has closed."""
    market = stretch("BTCUSDT", 1200).rows(slice(2, None))
    daily = resample(market, DAY_MS)
    assert isinstance(block, Framed)
    higher = block.model_copy(update={"timeframe": "1d"}).columns(market)
    for name, values in block.columns(daily).items():
        at = {int(close): value for close, value in zip(daily.close_time, values, strict=True)}
        wanted = [at.get(int(close) // DAY_MS * DAY_MS, np.nan) for close in market.close_time]
        np.testing.assert_array_equal(higher[name], wanted)


def test_a_timeframe_that_the_bars_do_not_make_up_is_named() -> None:
    """Hours are not made of four hours, and five hours are not either."""
    for timeframe in ("1h", "5h"):
        with pytest.raises(LookupError, match=f"no {timeframe} bars of BTCUSDT"):
            ZScore(timeframe=timeframe).columns(stretch("BTCUSDT", 50))
    with pytest.raises(ValueError, match="expected a duration"):
        ZScore(timeframe="daily")


def test_sums_forget_what_was_loud() -> None:
    """After a huge value the sum of small ones is what it was before it; a running sum's would not be."""
    values = np.r_[np.full(7, 0.1), 1e17, np.full(9, 0.1)]
    plain = [sum(values[row - 3 : row + 1]) for row in range(3, 17)]
    np.testing.assert_allclose(sums(values, 4)[3:], plain, rtol=1e-15)


def walk(count: int) -> Bars:
    """A random walk on random volume."""
    chance = np.random.default_rng(1)
    made = bars(list(100 * np.exp(np.cumsum(0.001 * chance.standard_normal(count)))))
    wick = 0.001 * made.close * chance.random((2, count))
    return replace(made, high=made.high + wick[0], low=made.low - wick[1], volume=chance.lognormal(size=count))


@NAMED
def test_seventy_thousand_bars_take_a_moment(block: Indicator) -> None:
    """A second is ten times what the slowest needs on a slow machine; a loop over bars would need far more."""
    market = walk(70_000)
    start = perf_counter()
    block.columns(market)
    assert perf_counter() - start < 1
