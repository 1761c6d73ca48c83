"""From bars to plans: what a strategy compiles to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from blocks.entry.ema_cross import EmaCross
from blocks.exit.atr_stop import AtrStop
from blocks.exit.no_exit import NoExit
from blocks.exit.r_targets import RTargets
from blocks.filter.higher_timeframe_trend import HigherTimeframeTrend
from blocks.sizing.fixed_quantity import FixedQuantity
from blocks.sizing.fixed_risk import FixedRisk
from runner.model.block import Entry, Exit, Filter
from runner.model.bot import Strategy
from runner.model.errors import DataError
from runner.model.exits import ordered
from runner.model.market import Market
from runner.model.plan import EntryKind, SizingMethod, WhenOpen
from runner.model.stream import Stream
from runner.pipeline import Loaded, between, compile_strategy, compile_symbol, load, look, plan
from tests.blocks.drafts import flat
from tests.blocks.speaking import Only, Says
from tests.contracts.discovery import real, source
from tests.samples import market


def strategy(entry: Entry, exits: dict[str, Exit] | None = None, **changed: Any) -> Strategy:
    """A strategy of BTCUSDT on 4h bars."""
    parts: dict[str, Any] = {"name": "tried", "symbols": ("BTCUSDT",), "timeframe": "4h", "detail_timeframe": None}
    return Strategy(entry=entry, exits=exits or {}, **(parts | {"sizing": FixedQuantity(quantity=1.0)} | changed))


CROSS = strategy(EmaCross(), {"targets": RTargets(r=2.0), "stop": AtrStop(multiple=2.0)}, sizing=FixedRisk())


def compiled(which: Strategy = CROSS) -> Stream:
    """That strategy on real bars."""
    return compile_symbol(which, real(), real().bars, None)


def test_one_plan_per_signal_that_passed() -> None:
    """Each carries the instant, bar, side and price of its signal."""
    says = Says(directions=[1, 0, -1, 1], when={"long": Only(direction=1)})
    stream = compile_symbol(strategy(says), market([10, 11, 12, 13]), market([10, 11, 12, 13]).bars, None)
    assert stream.plans["signal_index"].tolist() == [0, 3]
    assert stream.plans["time"].tolist() == [3_600_000, 4 * 3_600_000]
    assert stream.plans["side"].tolist() == [1, 1]
    assert stream.plans["reference_price"].tolist() == [10, 13]
    assert stream.plans["strength"].tolist() == [2, 2]
    assert stream.passed.tolist() == [True, False, False, True]
    assert stream.filters["long"].tolist() == [True, False, False, True]


def test_what_the_entry_decides_is_in_the_plan() -> None:
    """A price per bar and one value for all are both taken over."""
    stream = compile_symbol(strategy(Says(directions=[0, 1], price=9.0)), market([10, 11]), market([10, 11]).bars, None)
    assert stream.plans["entry_price"].tolist() == [9.0]
    assert compiled().plans["when_open"].tolist() == [WhenOpen.REVERSE] * len(compiled().plans)
    assert set(compiled().plans["entry_kind"]) == {EntryKind.MARKET}


def test_targets_rely_on_the_stop_whatever_their_order_in_yaml() -> None:
    """Stop, targets, trail and break-even come first; the rest keeps its order."""
    plans = compiled().plans
    np.testing.assert_allclose(plans["target_price"][:, 0] - plans["reference_price"], 2 * (plans["reference_price"] - plans["stop"]))
    names: dict[str, Exit] = {name: NoExit() for name in ("time", "break_even", "trail", "news", "targets", "stop")}
    assert list(ordered(names)) == ["stop", "targets", "trail", "break_even", "time", "news"]


def test_sizing_comes_last() -> None:
    """Risk of initial, as the block says."""
    assert set(compiled().plans["sizing_method"]) == {SizingMethod.RISK_OF_INITIAL}


def test_plans_that_a_block_withdraws_are_dropped() -> None:
    """A stop that is not warm yet leaves a signal without a plan."""
    says = Says(directions=[1] * 30)
    stream = compile_symbol(strategy(says, {"stop": AtrStop(length=14)}), flat(), flat().bars, None)
    assert stream.plans["signal_index"].tolist() == list(range(13, 30))
    assert stream.passed.all()


def test_the_same_bars_give_the_same_bytes() -> None:
    """Nothing depends on anything but the bars."""
    one, two = compiled(), compiled()
    assert one.plans.tobytes() == two.plans.tobytes()


def test_no_signal_makes_an_empty_stream() -> None:
    """Nothing to do is a correct answer."""
    stream = compile_symbol(strategy(Says(directions=[0, 0])), market([1, 2]), market([1, 2]).bars, None)
    assert len(stream.plans) == 0


@pytest.mark.parametrize("count", [0, 1])
def test_hardly_any_bars(count: int) -> None:
    """None or one bar make no plans and no errors."""
    few = real().closed_by(int(real().bars.open_time[0]) + count * real().bars.timeframe_ms)
    assert len(compile_symbol(CROSS, few, few.bars, None).plans) == 0


def test_loads_what_the_strategy_needs() -> None:
    """Bars per symbol in order, finer execution bars, finer timeframes of blocks, funding where there is some."""
    which = strategy(
        Says(directions=[], when={"hour": HigherTimeframeTrend(timeframe="1h"), "day": HigherTimeframeTrend(timeframe="1d")}),
        symbols=("ETHUSDT", "SOLUSDT"),
        detail_timeframe="1h",
    )
    ether, solana = load(which, source())
    assert (ether.market.symbol, solana.market.symbol) == ("ETHUSDT", "SOLUSDT")
    assert set(ether.market.others) == {"1h"}
    assert ether.execution.timeframe_ms == 3_600_000
    assert ether.funding is not None
    assert solana.funding is None
    assert len(ether.market.releases.time) > 0
    assert ether.market.instrument.symbol == "ETHUSDT"


def test_compiles_every_symbol_in_order() -> None:
    """`compile_strategy` is load, look and plan for each symbol."""
    which = replace(CROSS, symbols=("ETHUSDT", "BTCUSDT"))
    streams = compile_strategy(which, source(), "USDT")
    assert [stream.symbol for stream in streams] == ["ETHUSDT", "BTCUSDT"]
    first = load(which, source(), "USDT")[0]
    assert plan(which, look(which, first.market), first).plans.tobytes() == streams[0].plans.tobytes()


def test_a_timeframe_that_cannot_be_had_is_said_in_one_line() -> None:
    """Finer bars that nobody loaded, named with strategy, symbol and timeframe."""
    which = strategy(Says(directions=[1] * 30, when={"hour": HigherTimeframeTrend(timeframe="1h")}))
    with pytest.raises(DataError, match=r"strategy tried cannot look at BTCUSDT\n.*no 1h bars of BTCUSDT"):
        look(which, flat())


class Broken(Filter):
    """A filter with a fault in its code."""

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """Asks for a key that is not there."""
        answers: dict[tuple[int, int], NDArray[np.bool_]] = {}
        return answers[len(market.bars), direction]


def test_faults_of_blocks_are_not_hidden() -> None:
    """A KeyError inside a block is no missing data."""
    with pytest.raises(KeyError):
        look(strategy(Says(directions=[1] * 30, when={"broken": Broken()})), flat())


def test_between_keeps_what_was_learnt_before() -> None:
    """The plans of the second half are those of the whole, counted from its first bar."""
    whole = compiled(strategy(EmaCross(), {"stop": AtrStop()}))
    bars = whole.market.bars
    half = between(whole, int(bars.open_time[700]), int(bars.close_time[1299]))
    inside = whole.plans[(whole.plans["signal_index"] >= 700) & (whole.plans["signal_index"] < 1300)]
    assert len(half.market.bars) == len(half.execution) == len(half.passed) == len(half.signals.direction) == 600
    assert half.plans["time"].tolist() == inside["time"].tolist()
    assert half.plans["stop"].tolist() == inside["stop"].tolist()
    assert (half.market.bars.close_time[half.plans["signal_index"]] == half.plans["time"]).all()


@pytest.mark.parametrize(("start", "end", "left"), [(None, None, 30), (0, None, 30), (16 * 3_600_000, None, 26), (None, 16 * 3_600_000, 4)])
def test_between_without_bounds(start: int | None, end: int | None, left: int) -> None:
    """None is no bound."""
    stream = compile_symbol(strategy(Says(directions=[1] * 30)), flat(), flat().bars, None)
    assert len(between(stream, start, end).plans) == left


def test_between_outside_the_bars_is_empty() -> None:
    """A year before the first bar holds nothing."""
    stream = compile_symbol(strategy(Says(directions=[1] * 30)), flat(), flat().bars, None)
    assert len(between(stream, -100, -1).market.bars) == 0


def test_conversion_and_funding_travel_along() -> None:
    """What was loaded beside the bars reaches the machine."""
    conversion = np.ones(len(real().bars))
    stream = plan(CROSS, look(CROSS, real()), Loaded(market=real(), execution=real().bars, conversion=conversion))
    assert stream.conversion is conversion
    half = between(stream, int(real().bars.open_time[700]), None)
    assert half.conversion is not None
    assert len(half.conversion) == len(half.execution) == len(real().bars) - 700
