"""The grid strategy against a plain loop over its bars, fill by fill and trade by trade."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from blocks.sizing.fixed_quantity import FixedQuantity
from runner.build import build
from runner.compose import compose
from runner.machine import Machine
from runner.model.bars import Bars
from runner.model.bot import Costs, GateSettings
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.pipeline import compile_strategy
from tests.machine.build import book

WEEK_MS = 7 * 86_400_000
MAKER, TAKER = 0.0002, 0.0005
UNIT = 1.0


@dataclass
class Loop:
    """One grid after the other on one symbol: what stands at each level is worked out from the level the market is at."""

    tick: float
    levels: int
    spacing_fraction: float
    fills: list[tuple[int, float, float]] = field(default_factory=list)  # bar, signed quantity, price
    trades: list[float] = field(default_factory=list)
    prices: dict[int, float] = field(default_factory=dict)
    running: bool = False
    at: int = 0
    cash: float = 0.0

    def on_grid(self, price: float) -> float:
        """The nearest price a venue would take."""
        return round(np.floor(price / self.tick + 0.5) * self.tick, 8)

    def begin(self, centre: float) -> None:
        """Levels around a new centre."""
        spacing = self.spacing_fraction * centre
        self.prices = {n: self.on_grid(centre + n * spacing) for n in range(-self.levels, self.levels + 1)}
        low, high = centre - (self.levels + 1) * spacing, centre + (self.levels + 1) * spacing
        self.low, self.high = np.ceil(low / self.tick - 1e-9) * self.tick, np.floor(high / self.tick + 1e-9) * self.tick
        self.exact = low, high
        self.running, self.at = True, 0

    def trade(self, bar: int, quantity: float, price: float, fee: float) -> None:
        """A fill; when nothing is left the trade is closed."""
        self.fills.append((bar, quantity, price))
        self.cash -= quantity * price + abs(quantity) * price * fee

    def close(self, bar: int, price: float) -> None:
        """Everything out at the market."""
        if self.at != 0:
            self.trade(bar, self.at * UNIT, price, TAKER)
            self.settle()
        self.running, self.at = False, 0

    def settle(self) -> None:
        """The position is flat: its result."""
        self.trades.append(self.cash)
        self.cash = 0.0

    def step(self, bar: int, level: int, price: float) -> None:
        """The market comes to the next level, above or below."""
        self.trade(bar, UNIT if level < self.at else -UNIT, price, MAKER)
        self.at = level
        if self.at == 0:
            self.settle()

    def open(self, bar: int, price: float) -> None:
        """The bar's open, which may have jumped over levels or over the end of the range."""
        if price <= self.exact[0] or price >= self.exact[1] or (self.at < 0 and price <= self.low) or (self.at > 0 and price >= self.high):
            self.close(bar, price)
            return
        while self.at > -self.levels and price <= self.prices[self.at - 1]:
            self.step(bar, self.at - 1, price)
        while self.at < self.levels and price >= self.prices[self.at + 1]:
            self.step(bar, self.at + 1, price)

    def travel(self, bar: int, start: float, end: float) -> None:
        """From one price to the next within a bar."""
        while self.running and end < start and self.at > -self.levels and end <= self.prices[self.at - 1]:
            self.step(bar, self.at - 1, self.prices[self.at - 1])
        while self.running and end > start and self.at < self.levels and end >= self.prices[self.at + 1]:
            self.step(bar, self.at + 1, self.prices[self.at + 1])
        if self.running and end < start and self.at < 0 and end <= self.low:
            self.close(bar, self.low)
        if self.running and end > start and self.at > 0 and end >= self.high:
            self.close(bar, self.high)

    def run(self, bars: Bars) -> Loop:
        """Every bar; a new grid at the first close of each week, which replaces the one before."""
        for n in range(len(bars)):
            first, high, low, last = (float(column[n]) for column in (bars.open, bars.high, bars.low, bars.close))
            if self.running:
                self.open(n, first)
            if n > 0 and bars.close_time[n - 1] // WEEK_MS > (bars.close_time[n - 2] if n > 1 else bars.close_time[0]) // WEEK_MS:
                centre = float(bars.close[n - 1])
                if abs(first - centre) < self.spacing_fraction * centre:
                    self.close(n, first)
                    self.begin(centre)
            way = (low, high, last) if last >= first else (high, low, last)
            for start, end in zip((first, *way[:-1]), way, strict=True):
                if self.running:
                    self.travel(n, start, end)
        return self


def ours(symbol: str) -> tuple[Stream, Outcome]:
    """The shipped strategy with a fixed quantity a level, without rules, on a venue without slippage."""
    bot = build(compose(["+strategy=grid", "+account=own_money", f"strategy.symbols=[{symbol}]"]), Path())
    strategy = replace(bot.strategies[0], sizing=FixedQuantity(quantity=UNIT))
    (stream,) = compile_strategy(strategy, bot.source, bot.account.currency)
    costs = Costs(maker_fee_bps=MAKER * 1e4, taker_fee_bps=TAKER * 1e4, leverage=None, isolated_margin=False, funding=False)
    return stream, Machine(streams=[stream], book=book(initial=1e6), costs=costs, gate=GateSettings(enabled=False)).run()


@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT", "SOLUSDT"])
def test_a_grid_agrees_with_a_plain_loop(symbol: str) -> None:
    """Every fill of three years in its bar, at its price; every trade's profit to the cent."""
    stream, outcome = ours(symbol)
    bars = stream.market.bars
    loop = Loop(tick=stream.market.instrument.tick, levels=4, spacing_fraction=0.02).run(bars)
    at = np.searchsorted(bars.open_time, outcome.fills["time"], side="right") - 1
    mine = [(int(n), float(f["side"] * f["quantity"]), float(f["price"])) for n, f in zip(at, outcome.fills, strict=True)]
    assert len(mine) == len(loop.fills) > 500
    np.testing.assert_allclose(np.array(mine), np.array(loop.fills), rtol=0, atol=stream.market.instrument.tick / 10)
    assert [float(t["profit"]) for t in outcome.trades] == [
        pytest.approx(profit, abs=0.005) for profit in loop.trades[: len(outcome.trades)]
    ]
    assert len(outcome.trades) > 100
