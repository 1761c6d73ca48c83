"""Markets that are hard to trade, made of real bars: crashes, pumps, dead ones, holes, prices and steps of every size."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from runner.bars.catalog import Catalog
from runner.bars.instruments import from_prices
from runner.model.bars import Bars, Floats
from runner.model.duration import milliseconds
from runner.model.instrument import Instrument
from runner.model.market import Market
from tests.samples import PLAIN

SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
COUNT, HIT = 500, 260  # bars, and the one at which something happens
FIRST = 1_900  # of the shipped bars
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, kw_only=True)
class Hard:
    """A market: bars of one symbol made hard, and the instrument they are traded in; None infers it from its prices."""

    change: Callable[[Bars], Bars]
    tick: float = 0.01
    quantity_step: float = 0.001
    min_notional: float = 5.0
    max_quantity: float = 1e15
    inferred: bool = False
    idle: bool = False  # hardly anything can be traded here

    def market(self, symbol: str) -> Market:
        """The market of that symbol, its prices on the tick."""
        bars = ticked(self.change(real(symbol)), self.tick)
        return Market(bars=bars, instrument=from_prices(symbol, bars) if self.inferred else self.instrument(symbol))

    def instrument(self, symbol: str) -> Instrument:
        """What is traded in the steps given."""
        return replace(
            PLAIN,
            symbol=symbol,
            tick=self.tick,
            quantity_step=self.quantity_step,
            min_quantity=self.quantity_step,
            max_quantity=self.max_quantity,
            min_notional=self.min_notional,
        )


@cache
def real(symbol: str) -> Bars:
    """Half a thousand shipped bars of four hours, begun at a price of 100."""
    bars = Catalog().bars(symbol, "4h").rows(slice(FIRST, FIRST + COUNT))
    return priced(bars, np.full(COUNT, 100.0 / bars.open[0]))


def priced(bars: Bars, factor: Floats) -> Bars:
    """The bars with each one's prices times a factor."""
    return replace(bars, **{name: getattr(bars, name) * factor for name in PRICES})


def ticked(bars: Bars, tick: float) -> Bars:
    """The bars with prices on the tick, one tick at least."""
    digits = max(0, -math.floor(math.log10(tick)))
    return replace(bars, **{name: np.round(np.maximum(np.rint(getattr(bars, name) / tick), 1.0) * tick, digits) for name in PRICES})


def as_is(bars: Bars) -> Bars:
    """Real bars."""
    return bars


def times(factor: float) -> Callable[[Bars], Bars]:
    """All prices times a factor."""
    return lambda bars: priced(bars, np.full(len(bars), factor))


def moved(factor: float, over: int = 1) -> Callable[[Bars], Bars]:
    """From one bar on, or over several, all prices times a factor; the bar in which it happens spans the whole way."""

    def change(bars: Bars) -> Bars:
        steps = np.clip(np.arange(len(bars)) - HIT + 1, 0, over) / over
        new = priced(bars, factor**steps)
        opened = np.r_[new.open[:1], np.where(np.diff(steps) > 0, new.close[:-1], new.open[1:])]
        return replace(new, open=opened, high=np.maximum(new.high, opened), low=np.minimum(new.low, opened))

    return change


def leapt(factor: float) -> Callable[[Bars], Bars]:
    """The same between two bars: the next one opens there."""
    return lambda bars: priced(bars, np.where(np.arange(len(bars)) < HIT, 1.0, factor))


def dead(bars: Bars) -> Bars:
    """From one bar on every price is the same, and nobody trades."""
    still: dict[str, Any] = {name: np.where(np.arange(len(bars)) < HIT, getattr(bars, name), bars.close[HIT - 1]) for name in PRICES}
    return replace(bars, **still, volume=np.where(np.arange(len(bars)) < HIT, bars.volume, 0.0))


def dead_throughout(bars: Bars) -> Bars:
    """One price and no volume from the first bar on."""
    still: dict[str, Any] = dict.fromkeys(PRICES, np.full(len(bars), 100.0))
    return replace(bars, **still, volume=np.zeros(len(bars)))


def revived(bars: Bars) -> Bars:
    """Dead for a hundred bars in the middle, then as before."""
    asleep = (np.arange(len(bars)) >= 200) & (np.arange(len(bars)) < 300)
    still: dict[str, Any] = {name: np.where(asleep, bars.close[199], getattr(bars, name)) for name in PRICES}
    return replace(bars, **still, volume=np.where(asleep, 0.0, bars.volume))


def silent(bars: Bars) -> Bars:
    """Prices move without volume."""
    return replace(bars, volume=np.zeros(len(bars)))


def torn(bars: Bars) -> Bars:
    """Three days are missing after every forty bars."""
    return bars.rows(np.arange(len(bars)) % 58 < 40)


def wild(bars: Bars) -> Bars:
    """Every bar reaches a third below and above what it did."""
    return replace(bars, high=bars.high * 1.3, low=bars.low * 0.7)


def first(count: int) -> Callable[[Bars], Bars]:
    """Only so many bars."""
    return lambda bars: bars.rows(slice(0, count))


def minutes(bars: Bars) -> Bars:
    """The same prices a minute apart."""
    step = milliseconds("1m")
    return replace(bars, timeframe_ms=step, open_time=bars.open_time[0] + step * np.arange(len(bars)))


def chained(*changes: Callable[[Bars], Bars]) -> Callable[[Bars], Bars]:
    """One change after another."""

    def change(bars: Bars) -> Bars:
        for each in changes:
            bars = each(bars)
        return bars

    return change


MARKETS: dict[str, Hard] = {
    "a crash in one bar": Hard(change=moved(0.4)),
    "a crash between two bars": Hard(change=leapt(0.4)),
    "a crash over twenty bars": Hard(change=moved(0.4, 20)),
    "a crash to nearly nothing": Hard(change=moved(1e-4, 5), tick=1e-4),
    "a pump to ten times in one bar": Hard(change=moved(10.0)),
    "a pump between two bars": Hard(change=leapt(10.0)),
    "dying": Hard(change=dead),
    "dead": Hard(change=dead_throughout, idle=True),
    "asleep for a while": Hard(change=revived),
    "without volume": Hard(change=silent),
    "holes of days": Hard(change=torn),
    "bars of sixty per cent": Hard(change=wild, idle=True),
    "prices of 1e-5": Hard(change=times(1e-7), tick=1e-8, quantity_step=1.0),
    "prices of 1e-5, inferred": Hard(change=times(1e-7), tick=1e-8, inferred=True),
    "prices of 1e-5 in steps of a thousand": Hard(change=times(1e-7), tick=1e-8, quantity_step=1000.0),
    "prices of a million": Hard(change=times(1e4), tick=0.5, min_notional=100.0),
    "prices of a million, inferred": Hard(change=times(1e4), tick=0.5, inferred=True),
    "a tick of a tenth of the price": Hard(change=as_is, tick=10.0),
    "a tick of a third of the price": Hard(change=as_is, tick=30.0, idle=True),
    "whole pieces": Hard(change=as_is, quantity_step=1.0),
    "whole pieces, orders of 100": Hard(change=as_is, quantity_step=1.0, min_notional=100.0),
    "a fiftieth of a piece, orders of 100": Hard(change=as_is, quantity_step=0.02, min_notional=100.0),
    "few to be had": Hard(change=as_is, max_quantity=3.0),
    "inferred": Hard(change=as_is, inferred=True),
    "minutes": Hard(change=minutes),
    "a crash of minutes, inferred": Hard(change=chained(minutes, moved(0.4)), inferred=True),
    "no bars": Hard(change=first(0), idle=True),
    "one bar": Hard(change=first(1), idle=True),
    "two bars": Hard(change=first(2), idle=True),
    "fifty bars": Hard(change=first(50), idle=True),
}
