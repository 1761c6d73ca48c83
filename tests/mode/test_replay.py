"""A verdict that hangs on the order of prices inside a bar is replayed on finer bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from runner.machine import Machine
from runner.mode.replay import settled
from runner.model.bars import Bars, resample
from runner.model.bot import Costs, GateSettings
from runner.model.instrument import Instrument
from runner.model.market import Market
from runner.model.plan import SizingMethod, empty_plans
from runner.model.records import Outcome
from runner.model.rules import Anchor, Code, Family, PhaseFacts, Reset, RuleBook, RuleRow, State
from runner.model.signal import Signals
from runner.model.stream import Stream

HOUR_MS = 3_600_000
START_MS = 1_704_067_200_000
SPEC = Instrument(
    symbol="BTCUSDT",
    quote="USDT",
    tick=0.01,
    quantity_step=1.0,
    min_quantity=1.0,
    max_quantity=1e9,
    min_notional=0.0,
    contract_size=1.0,
    taker_fee_bps=0.0,
    maker_fee_bps=0.0,
    maintenance_margin_fraction=0.005,
    max_leverage=100.0,
    funding_interval_ms=0,
)
PEAK = RuleRow(key="daily", family=Family.FLOOR, code=Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_EQUITY, amount_fraction=0.05)
PHASES, MIDNIGHT = (PhaseFacts(name="challenge", next=-1),), (Reset(at="00:00", zone="UTC"),)
BOOK = RuleBook(initial=10_000.0, currency="USDT", phases=PHASES, rows=(PEAK,), clocks=MIDNIGHT)
# long 100 from 100.00: the third bar goes 4 up (+400) and 3 down (-300), which breaks 500 only when the high comes first
HIGH_FIRST = [100.0, 104.0, 100.0, 97.0, 100.0]
LOW_FIRST = [100.0, 97.0, 100.0, 104.0, 100.0]


def hourly(turn: Sequence[float]) -> Bars:
    """Two quiet 4h spans, the turn in hours, another quiet span."""
    path = np.array([100.0] * 8 + list(turn) + [100.0] * 4)
    opens, closes = path[:-1], path[1:]
    times = START_MS + HOUR_MS * np.arange(len(opens), dtype=np.int64)
    high, low = np.maximum(opens, closes), np.minimum(opens, closes)
    return Bars(symbol="BTCUSDT", timeframe_ms=HOUR_MS, open_time=times, open=opens, high=high, low=low, close=closes, volume=opens)


@dataclass
class Finer:
    """A source that has the hours, or has nothing finer."""

    hours: Bars
    timeframes: tuple[str, ...] = ("1h",)

    def finer(self, symbol: str, timeframe: str) -> list[str]:
        """Timeframes that divide the one asked for."""
        return list(self.timeframes) if (symbol, timeframe) == ("BTCUSDT", "4h") else []

    def bars(self, symbol: str, timeframe: str) -> Bars:
        """The hours."""
        assert (symbol, timeframe) == ("BTCUSDT", "1h")
        return self.hours


def play(streams: Sequence[Stream]) -> Outcome:
    """Without a gate, so that nothing defends the peak."""
    return Machine(streams=streams, book=BOOK, costs=Costs(leverage=100.0, isolated_margin=False), gate=GateSettings(enabled=False)).run()


def stream(hours: Bars) -> Stream:
    """Long 100 from the second 4h bar's open."""
    bars = resample(hours, 4 * HOUR_MS)
    plans = empty_plans(1)
    plans["time"], plans["side"] = bars.close_time[0], 1
    plans["sizing_method"], plans["sizing_value"] = SizingMethod.FIXED_QUANTITY, 100.0
    nothing = Signals(direction=np.zeros(len(bars), np.int8), strength=np.zeros(len(bars)))
    market = Market(bars=bars, instrument=SPEC)
    return Stream(strategy="x", market=market, execution=bars, plans=plans, columns=[], signals=nothing, passed=np.ones(len(bars), bool))


@pytest.mark.parametrize(
    ("turn", "timeframes", "state", "resolved", "failed"),
    [
        pytest.param(LOW_FIRST, ("1h",), State.ACTIVE, 1, 0, id="finer bars show the low first"),
        pytest.param(HIGH_FIRST, ("1h",), State.FAILED, 1, 0, id="finer bars show the high first"),
        pytest.param(LOW_FIRST, (), State.FAILED, 0, 1, id="no finer bars count as failed"),
    ],
)
def test_finer_bars_decide(turn: list[float], timeframes: tuple[str, ...], state: State, resolved: int, failed: int) -> None:
    """The same 4h bar ends differently by what happened inside it; both counts are kept."""
    hours = hourly(turn)
    assert play([stream(hours)]).phases[0]["ambiguous"] == 1
    outcome = settled(play, [stream(hours)], Finer(hours, timeframes))
    assert (outcome.phases[0]["state"], outcome.ambiguous_resolved, outcome.ambiguous_failed) == (state, resolved, failed)
