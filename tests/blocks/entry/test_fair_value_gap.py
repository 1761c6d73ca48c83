"""The entry `fair_value_gap`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from blocks.entry.fair_value_gap import FairValueGap
from runner.columns.gaps import three_candle, two_candle
from runner.model.market import Market
from runner.model.plan import EntryKind
from runner.model.signal import Signals
from tests.blocks.candles import HOUR_MS, candles
from tests.contracts.discovery import source
from tests.samples import PLAIN

Rows = list[tuple[float, float, float, float]]
QUIET: Rows = [(100, 101, 99, 100)] * 4
RISE: Rows = [*QUIET, (100, 106, 100, 106), (106, 112, 105, 111), (111, 111, 103, 106)]  # gap 101–105 at bar 5, pullback at bar 6
VOLUME = [1.0] * 4 + [2.0, 1.0, 2.0]


def spoken(rows: Rows = RISE, volume: list[float] = VOLUME, others: dict[str, Any] | None = None, **changed: Any) -> Signals:
    """Signals with a volume average of four bars."""
    market = Market(bars=candles(rows, volume), instrument=PLAIN, others=others or {})
    return FairValueGap(volume_length=4, **changed).signals(market)


def flipped(rows: Rows) -> Rows:
    """The same candles upside down around 100."""
    return [(200 - opened, 200 - low, 200 - high, 200 - close) for opened, high, low, close in rows]


@pytest.mark.parametrize(("rows", "side", "zone"), [(RISE, 1, (101, 105)), (flipped(RISE), -1, (95, 99))])
def test_confirmed_pullback_speaks(rows: Rows, side: int, zone: tuple[float, float]) -> None:
    """Long after a rise, short after a fall, at the bar that closes back out; levels and measurements stand there."""
    signals = spoken(rows)
    assert signals.direction.tolist() == [0] * 6 + [side]
    assert (signals.levels["zone_lower"][6], signals.levels["zone_upper"][6], signals.levels["gap"][6]) == (*zone, 4)
    assert signals.contributions["age_bars"][6] == 1
    assert signals.contributions["pullback_fraction"][6] == 0.5
    assert signals.contributions["impulse_volume_ratio"][6] == 2 / 1.25
    assert signals.contributions["confirmation_volume_ratio"][6] == 2 / 1.5


@pytest.mark.parametrize(
    ("changed", "speaks"),
    [
        pytest.param({"min_gap_fraction": 4 / 111}, True, id="gap exactly wide enough"),
        pytest.param({"min_gap_fraction": 4.001 / 111}, False, id="gap too narrow"),
        pytest.param({"impulse_volume_ratio": 1.6}, True, id="impulse volume exactly enough"),
        pytest.param({"impulse_volume_ratio": 1.61}, False, id="impulse without volume"),
        pytest.param({"confirmation_volume_ratio": 1.33}, True, id="confirmation volume above"),
        pytest.param({"confirmation_volume_ratio": 2 / 1.5}, False, id="confirmation volume only equal"),
        pytest.param({"pullback_min_fraction": 0.5}, True, id="pullback exactly deep enough"),
        pytest.param({"pullback_min_fraction": 0.51}, False, id="pullback too shallow"),
        pytest.param({"pullback_max_fraction": 0.5}, True, id="pullback exactly at its deepest"),
        pytest.param({"pullback_max_fraction": 0.49}, False, id="pullback too deep"),
    ],
)
def test_each_validation_at_its_edge(changed: dict[str, Any], speaks: bool) -> None:
    """Gap 4 of 111, impulse 1.6 times and confirmation 1.33 times the average, pullback half-way."""
    assert bool(spoken(**changed).direction.any()) == speaks


@pytest.mark.parametrize(("boundary", "speaks"), [("upper", False), ("lower", True)])
def test_boundary_to_close_beyond(boundary: str, speaks: bool) -> None:
    """A pullback that closes inside the gap is above its lower boundary only; mirrored for a fall."""
    rows = [*RISE[:-1], (111, 111, 103, 104)]
    for each in (rows, flipped(rows)):
        assert bool(spoken(each, boundary=boundary).direction.any()) == speaks


@pytest.mark.parametrize(("rows", "limit"), [(RISE, 105 * 1.002), (flipped(RISE), 95 * 0.998)])
def test_limit_rests_beyond_the_boundary(rows: Rows, limit: float) -> None:
    """0.2 % above the upper boundary of a rise, below the lower one of a fall, for three bars."""
    plan = spoken(rows, order="limit").plan
    assert plan["entry_kind"] == EntryKind.LIMIT
    assert plan["entry_price"][6] == pytest.approx(limit, rel=1e-12)
    assert plan["expires_ms"] == 3 * 4 * HOUR_MS


@pytest.mark.parametrize(("hours", "speaks"), [([1, 1, 1, 9], True), ([1, 1, 9, 1], True), ([9, 1, 1, 1], False), ([1, 1, 1, 1], False)])
def test_finer_bars_may_confirm(hours: list[float], speaks: bool) -> None:
    """The 1h closes are 104, 104, 106, 106: a busy one above the boundary confirms, whatever the volume of the signal bar."""
    closes = [100.0] * 24 + [104, 104, 106, 106]
    finer = candles([(close,) * 4 for close in closes], [1.0] * 24 + hours, HOUR_MS)
    signals = spoken(volume=[1.0] * 4 + [2.0, 1.0, 0.1], others={"1h": finer}, confirmation_timeframe="1h")
    assert bool(signals.direction.any()) == speaks


def test_confirmation_asks_for_its_timeframe() -> None:
    """So that its bars are loaded."""
    assert FairValueGap(confirmation_timeframe="1h").timeframes() == {"1h"}
    assert FairValueGap().timeframes() == frozenset()


def test_partly_filled_gap_is_an_option() -> None:
    """First visit without volume, second with: only the option trades it, and says that it was a retest."""
    rows, volume = [*RISE, (106, 107, 104, 107)], [*VOLUME[:-1], 0.5, 3.0]
    assert not spoken(rows, volume).direction.any()
    signals = spoken(rows, volume, partly_filled=True)
    assert signals.direction.tolist() == [0] * 7 + [1]
    assert signals.contributions["retest"][7] == 1


def test_the_youngest_gap_speaks() -> None:
    """One bar confirms a rise's gap (101–105) and a younger fall's gap (110–114): one signal, the younger one's."""
    fall: Rows = [(111, 118, 114, 117), (117, 117, 106, 107), (107, 110, 106, 108), (108, 112, 103, 106)]
    volume = [1.0] * 9 + [3.0]
    signals = spoken([*RISE[:6], *fall], volume, impulse_volume_ratio=0.0)
    assert signals.direction.tolist() == [0] * 9 + [-1]
    assert (signals.levels["zone_lower"][9], signals.levels["zone_upper"][9]) == (110, 114)
    without_the_younger = spoken([*RISE[:6], *fall[:-1], (108, 109, 103, 106)], volume, impulse_volume_ratio=0.0)
    assert without_the_younger.direction[9] == 1


def test_pullback_bounds_in_order() -> None:
    """A smallest pullback above the largest contradicts itself."""
    with pytest.raises(ValueError, match="pullback_min_fraction must be below"):
        FairValueGap(pullback_min_fraction=0.8)


def test_two_candle_gaps_never_fire_on_markets_without_closing_hours() -> None:
    """On real 4h bars of half a percent and more there are hundreds of three-candle gaps and not one of two candles."""
    bars = source().bars("BTCUSDT", "4h")
    counts = [int((gaps.size >= 0.005 * bars.close[gaps.born]).sum()) for gaps in (three_candle(bars), two_candle(bars))]
    assert counts[0] > 400
    assert counts[1] == 0


def test_two_candle_gaps_fire_where_markets_close() -> None:
    """An open above the high before it leaves a gap; its own wick counts as the first touch."""
    bars = candles([(100, 101, 99, 100), (105, 108, 104.5, 107)])
    gaps = two_candle(bars)
    assert (gaps.lower.tolist(), gaps.upper.tolist(), gaps.side.tolist(), gaps.impulse.tolist()) == ([101], [105], [1], [1])


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
def test_finds_tens_of_trades_on_real_bars(symbol: str) -> None:
    """Strict conditions, but not so strict that three years hold nothing; longs and shorts alike."""
    bars = source().bars(symbol, "4h")
    market = Market(bars=bars, instrument=replace(PLAIN, symbol=symbol))
    direction = FairValueGap().signals(market).direction
    assert 15 <= np.count_nonzero(direction) <= 60
    assert set(np.unique(direction)) == {-1, 0, 1}
