"""The entry `heikin_ashi_flip`."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from blocks.entry.heikin_ashi_flip import HeikinAshiFlip
from runner.columns.flips import kept, turns
from runner.columns.heikin_ashi import WARM_BARS
from runner.model.plan import WhenOpen
from tests.blocks.entry.loops import market, shipped


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
def test_signals_are_those_of_a_loop(symbol: str) -> None:
    """Candles written out one after the other, and the bars at which their colour is another one than before."""
    bars = shipped(symbol)
    opened, closed, colour, expected = float("nan"), float("nan"), 0, []
    for row, (o, h, low, c) in enumerate(zip(bars.open, bars.high, bars.low, bars.close, strict=True)):
        opened = (o + c) / 2 if row == 0 else (opened + closed) / 2
        closed = (o + h + low + c) / 4
        now = int(np.sign(closed - opened)) or colour
        expected.append(now if now == -colour else 0)
        colour = now
    found = HeikinAshiFlip().signals(market(bars)).direction.tolist()
    assert found[WARM_BARS + 1 :] == expected[WARM_BARS + 1 :]
    assert not any(found[: WARM_BARS + 1])
    assert sum(side != 0 for side in found) > 400


def test_a_candle_without_a_body_keeps_the_colour_before_it() -> None:
    """Up, none, down is one flip, at the bar that is down; up, none, up is none; the first colour of all is no flip."""
    assert turns(kept(np.array([np.nan, 0.0, 1.0, 0.0, -1.0, 0.0, -1.0, 1.0]))).tolist() == [0, 0, 0, 0, -1, 0, 0, 1]


def test_a_dead_market_never_flips() -> None:
    """Candles without bodies, at a price that no binary number holds exactly."""
    alive = shipped("BTCUSDT", 200)
    dead: dict[str, Any] = {name: np.where(np.arange(200) < 60, getattr(alive, name), 1e-5) for name in ("open", "high", "low", "close")}
    bars = replace(alive, **dead)
    assert not HeikinAshiFlip().signals(market(bars)).direction[140:].any()


def test_reverses_unless_told_otherwise() -> None:
    """What an opposite flip does to an open position is part of the plan."""
    assert HeikinAshiFlip().signals(market(shipped("BTCUSDT", 3))).plan["when_open"] == WhenOpen.REVERSE
    assert HeikinAshiFlip(when_open="ignore").signals(market(shipped("BTCUSDT", 3))).plan["when_open"] == WhenOpen.IGNORE
