"""The past as a bootstrap needs it: every symbol's bars as returns on one clock, with what travels with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.bars.gaps import closes
from runner.bars.infer import WHOLE, tick_of
from runner.bars.when import when
from runner.model.bars import Bars, Floats
from runner.model.block import Source
from runner.model.bot import Strategy
from runner.model.duration import DAY_MS, milliseconds, text
from runner.model.errors import DataError, Problem
from runner.model.instrument import Instrument
from runner.model.market import Releases
from runner.model.stream import Funding
from runner.pipeline import timeframes

type Span = tuple[int | None, int | None]

WEEK_MS = 7 * DAY_MS
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, kw_only=True)
class Series:
    """One symbol. bars: those of the common span. row: of each slot, -1 where no bar opens, shape (slots,).

    relative: each price over the close before, (4, n) in the order of PRICES; the first bar's over its own open.
    tick: the step prices are rounded to. paid: funding of the span, `paid_slot` the slot each payment falls into, from `paid_first[slot]`
    to `paid_first[slot + 1]`. rate: account currency per quote at each bar's close, None where it is always 1.
    """

    bars: Bars
    instrument: Instrument
    row: NDArray[np.int64]
    relative: Floats
    tick: float
    paid: Funding | None
    paid_first: NDArray[np.int64] | None
    rate: Floats | None


@dataclass(frozen=True, kw_only=True)
class Past:
    """All symbols on one clock of `slots` slots of `unit` milliseconds from `first` on, UTC ms.

    period: slots after which the clock stands at the same place: a day, or a week where a market closes at weekends.
    notes: what a reader should know of the choice of bars.
    """

    first: int
    unit: int
    slots: int
    period: int
    series: Mapping[str, Series]
    releases: Releases
    notes: tuple[str, ...] = ()

    @property
    def days(self) -> float:
        """How much time it covers."""
        return self.slots * self.unit / DAY_MS


def past(strategies: Sequence[Strategy], source: Source, currency: str | None, span: Span = (None, None)) -> Past:
    """The common span of everything the strategies look at. Raises DataError where there is none, or bars are missing.

    span: first and last instant to draw from, UTC ms; None = as far as the bars go.

    Each symbol is kept in one timeframe; the coarser ones a strategy looks at are made of it.
    """
    every = {symbol: source.bars(symbol, text(each)) for symbol, each in needed(strategies).items()}
    every = {symbol: inside(bars, span) for symbol, bars in every.items()}
    start, end = common(list(every.values()))
    cut = {symbol: bars.between(start, end) for symbol, bars in every.items()}
    unit = reduce(gcd, (int(each) for bars in cut.values() for each in np.unique(np.diff(bars.open_time - start, prepend=0))), DAY_MS)
    unit = reduce(gcd, (bars.timeframe_ms for bars in cut.values()), unit)
    clock = WEEK_MS if any(closes(bars) for bars in every.values()) else DAY_MS
    slots = (end - start) // unit
    long_enough(every, end - start, clock)
    return Past(
        first=start,
        unit=unit,
        slots=slots,
        period=reduce(lcm, (bars.timeframe_ms for bars in cut.values()), clock) // unit,
        series={symbol: series(bars, source, currency, start, unit, slots) for symbol, bars in cut.items()},
        releases=source.releases(),
        notes=tuple(left_out(every, start, end)),
    )


def needed(strategies: Iterable[Strategy]) -> dict[str, int]:
    """The timeframe each symbol is drawn in, milliseconds: the coarsest of which everything a strategy looks at can be made."""
    drawn: dict[str, int] = {}
    for strategy in strategies:
        looked = [strategy.timeframe, *timeframes(strategy), *filter(None, [strategy.detail_timeframe])]
        whole = gcd(*map(milliseconds, looked))
        drawn |= {symbol: gcd(whole, drawn.get(symbol, 0)) for symbol in strategy.symbols}
    return drawn


def inside(bars: Bars, span: Span) -> Bars:
    """The bars within a span."""
    first, last = (int(bars.open_time[0]), int(bars.close_time[-1])) if len(bars) else (0, 0)
    return bars.between(first if span[0] is None else span[0], last if span[1] is None else span[1])


def common(every: Sequence[Bars]) -> tuple[int, int]:
    """First open and last close that all have, UTC ms. DataError where they never meet."""
    empty = [bars for bars in every if not len(bars)]
    if empty:
        raise DataError("there is nothing to draw histories from", [Problem(path=bars.symbol, message="has no bars") for bars in empty])
    start, end = max(int(bars.open_time[0]) for bars in every), min(int(bars.close_time[-1]) for bars in every)
    if not all(len(bars.between(start, end)) for bars in every):
        spans = [Problem(path=bars.symbol, message=f"{when(bars.open_time[0])} to {when(bars.close_time[-1])}") for bars in every]
        raise DataError("the symbols have no time in common to draw histories from", spans)
    return start, end


def long_enough(symbols: Iterable[str], span_ms: int, clock: int) -> None:
    """Refuses (DataError) a span in which nothing could be drawn from elsewhere."""
    if span_ms < 2 * clock:
        wanted = f"expected two {'weeks' if clock == WEEK_MS else 'days'} at least, was {text(span_ms)}; mode.histories=0 draws none"
        raise DataError("there is too little time to draw histories from", [Problem(path=", ".join(symbols), message=wanted)])


def left_out(every: Mapping[str, Bars], start: int, end: int) -> Iterable[str]:
    """A line for each symbol that has more bars than the common span."""
    for symbol, bars in every.items():
        outside = len(bars) - len(bars.between(start, end))
        if outside:
            span = f"{when(start)} to {when(end)}, which all share"
            yield f"{outside} of {len(bars)} bars of {symbol} are left out: blocks are drawn from {span}"


def series(bars: Bars, source: Source, currency: str | None, start: int, unit: int, slots: int) -> Series:
    """One symbol's bars of the common span as returns, with its facts, its funding and its conversion."""
    instrument = source.instrument(bars.symbol, bars)
    row = np.full(slots, -1, np.int64)
    row[(bars.open_time - start) // unit] = np.arange(len(bars))
    paid, first = within(source.funding(bars.symbol), start, unit, slots)
    return Series(
        bars=bars,
        instrument=instrument,
        row=row,
        relative=np.array([getattr(bars, name) for name in PRICES]) / np.r_[bars.open[:1], bars.close[:-1]],
        tick=tick(bars, instrument),
        paid=paid,
        paid_first=first,
        rate=source.conversion(instrument.quote, currency, bars) if currency else None,
    )


def tick(bars: Bars, instrument: Instrument) -> float:
    """The instrument's tick; the step of the bars' own prices where these are finer."""
    steps: Any = np.array([getattr(bars, name) for name in PRICES]) / instrument.tick
    return instrument.tick if np.all(np.abs(steps - np.rint(steps)) <= WHOLE) else min(instrument.tick, tick_of(bars))


def within(funding: Funding | None, start: int, unit: int, slots: int) -> tuple[Funding | None, NDArray[np.int64] | None]:
    """The payments of the span, and where each slot's begin (one more than slots). A payment at an open belongs to that bar."""
    if funding is None:
        return None, None
    first, last = np.searchsorted(funding.time, [start, start + slots * unit])
    kept = Funding(time=funding.time[first:last], rate=funding.rate[first:last], assumed=funding.assumed)
    return kept, np.searchsorted(kept.time, start + np.arange(slots + 1) * unit)
