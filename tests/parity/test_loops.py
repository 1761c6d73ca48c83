"""The machine beside plain loops on shipped bars: a breakout with waiting orders, and flips with a ladder of ten and a trail."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner.build import build
from runner.compose import compose
from runner.machine import Machine
from runner.model.bars import Bars
from runner.model.records import Reason
from runner.pipeline import compile_strategy
from tests.parity.test_backtesting_py import wilder
from tests.parity.walker import HOUR_MS, Closed, Walker, Wanted

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
QUANTITY = 10.0  # a tenth of it is a whole number of steps of every symbol
MONEY = 2e-6


@cache
def ours(strategy: str, symbol: str) -> tuple[Bars, float, Any]:
    """Bars, tick and closed trades of the strategy as it ships, at one quantity, without rules, on a venue that costs its fees only."""
    words = [
        f"+strategy={strategy}",
        "+account=no_limits",
        "account.size=100000000",
        "account.gate.enabled=false",
        "venue@account.venue=paper",
        "account.venue.taker_fee_bps=5.5",
        "account.venue.maker_fee_bps=2.0",
        f"strategy.symbols=[{symbol}]",
        "sizing@strategy.sizing=fixed_quantity",
        f"strategy.sizing.quantity={QUANTITY}",
    ]
    bot = build(compose([*words, *dropped(strategy)]), Path())
    streams = compile_strategy(bot.strategies[0], bot.source, bot.account.currency)
    outcome = Machine(streams=streams, book=bot.account.book, costs=bot.costs, gate=bot.account.gate).run()
    return streams[0].market.bars, streams[0].market.instrument.tick, outcome.trades


def dropped(strategy: str) -> list[str]:
    """Values of the strategy's own sizing, which another one has no use for."""
    return ["~strategy.sizing.risk_fraction"] + (["~strategy.sizing.max_leverage"] if strategy == "ha_flip" else [])


def breakouts(bars: Bars, tick: float) -> list[Wanted | None]:
    """At each close: a tick beyond the nearer extreme of the last 20 bars; two ranges to the stop, three to the trail."""
    reach = wilder(bars.high, bars.low, bars.close).tolist()
    found: list[Wanted | None] = [None] * len(bars)
    for row in range(19, len(bars)):
        top, bottom, close = max(bars.high[row - 19 : row + 1]), min(bars.low[row - 19 : row + 1]), bars.close[row]
        side = 1 if top - close <= close - bottom else -1
        at = top + tick if side > 0 else bottom - tick
        found[row] = Wanted(side, at - side * 2.0 * reach[row], 3.0 * reach[row], at=at)
    return found


def flips(bars: Bars, _tick: float) -> list[Wanted | None]:
    """At each change of colour: two ranges to the stop, ten targets half an R apart, a trail of two ranges after the first."""
    reach = wilder(bars.high, bars.low, bars.close).tolist()
    found: list[Wanted | None] = [None] * len(bars)
    opened, closed, colour = float("nan"), float("nan"), 0
    for row, (o, h, low, c) in enumerate(zip(bars.open, bars.high, bars.low, bars.close, strict=True)):
        opened = (o + c) / 2 if row == 0 else (opened + closed) / 2
        closed = (o + h + low + c) / 4
        now = int(np.sign(closed - opened)) or colour
        if now == -colour and row > 40:
            distance = 2.0 * reach[row]
            targets = [(c + now * 0.5 * step * distance, 0.1 * QUANTITY) for step in range(1, 11)]
            found[row] = Wanted(now, c - now * distance, distance, targets=targets, trails_after=1, trails_inside=True)
        colour = now
    return found


RULES = {"donchian": (breakouts, 0), "ha_flip": (flips, 12 * HOUR_MS)}


@cache
def theirs(strategy: str, symbol: str) -> list[Closed]:
    """The same rules traded bar by bar in plain Python."""
    bars, tick, _ = ours(strategy, symbol)
    rule, cooldown = RULES[strategy]
    walker, plans = Walker(tick, QUANTITY, cooldown), rule(bars, tick)
    columns = (each.tolist() for each in (bars.open_time, bars.open, bars.high, bars.low, bars.close))
    for row, (time, opened, high, low, close) in enumerate(zip(*columns, strict=True)):
        walker.bar(time, opened, high, low, close, plans[row - 1] if row else None)
    return walker.trades


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("strategy", RULES)
def test_trades_equal_those_of_a_plain_loop(strategy: str, symbol: str) -> None:
    """Side, times to the leg of the bar, prices, quantity, reason of the last exit and profit: every trade of three years."""
    mine, other = ours(strategy, symbol)[2], theirs(strategy, symbol)
    assert len(mine) == len(other)
    for name, exact in {"side": "side", "opened": "opened", "closed": "closed"}.items():
        np.testing.assert_array_equal(mine[name], [getattr(trade, exact) for trade in other], err_msg=name)
    assert [Reason(reason).name for reason in mine["reason"]] == [trade.reason for trade in other]
    for name, same in {"entry_price": "entry", "exit_price": "exit", "quantity": "quantity"}.items():
        np.testing.assert_allclose(mine[name], [getattr(trade, same) for trade in other], rtol=1e-12, err_msg=name)
    np.testing.assert_allclose(mine["profit"], [trade.profit for trade in other], rtol=0, atol=MONEY, err_msg="profit")


@pytest.mark.parametrize(
    ("strategy", "reasons"),
    [("donchian", {"STOP", "TRAIL"}), ("ha_flip", {"STOP", "TRAIL", "TARGET", "REVERSE"})],
    ids=["donchian", "ha_flip"],
)
def test_there_is_enough_to_compare(strategy: str, reasons: set[str]) -> None:
    """Hundreds of trades, with every way out among them."""
    seen = Counter(trade.reason for symbol in SYMBOLS for trade in theirs(strategy, symbol))
    assert set(seen) == reasons
    assert sum(seen.values()) >= 500
