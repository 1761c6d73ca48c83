"""Bars → columns → Signals → Plans: a strategy compiled to data, one stream per symbol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from runner.columns.judge import judge
from runner.model.bars import Bars
from runner.model.block import Exit
from runner.model.bot import Strategy
from runner.model.draft import Draft
from runner.model.duration import milliseconds
from runner.model.errors import DataError, Problem
from runner.model.instrument import Instrument
from runner.model.market import Market, Releases
from runner.model.plan import empty_plans
from runner.model.signal import Signals
from runner.model.stream import Funding, Stream

FIRST = ("stop", "targets", "trail", "break_even")


class Source(Protocol):
    """Where bars come from."""

    def bars(self, symbol: str, timeframe: str) -> Bars:
        """Validated bars; DataError when there are none."""

    def has(self, symbol: str, timeframe: str) -> bool:
        """Are there bars of this timeframe, or finer ones that it is a multiple of?"""

    def instrument(self, symbol: str, bars: Bars) -> Instrument:
        """What the symbol is traded as."""

    def funding(self, symbol: str) -> Funding | None:
        """The funding history; None when there is none."""

    def releases(self) -> Releases:
        """The calendar of scheduled releases."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What one symbol needs before anything is computed. execution: the bars the machine walks."""

    market: Market
    execution: Bars
    funding: Funding | None


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """A strategy's signals on one market, judged by its filters; see Stream for the shapes."""

    market: Market
    signals: Signals
    passed: NDArray[np.bool_]
    filters: dict[str, NDArray[np.bool_]]


def load(strategy: Strategy, source: Source) -> list[Loaded]:
    """Everything the strategy's symbols need, in the order of its symbols. Raises DataError for what is missing."""
    releases = source.releases()
    return [_load(strategy, source, symbol, releases) for symbol in strategy.symbols]


def _load(strategy: Strategy, source: Source, symbol: str, releases: Releases) -> Loaded:
    bars = source.bars(symbol, strategy.timeframe)
    finer = [name for name in sorted(_timeframes(strategy)) if milliseconds(name) < bars.timeframe_ms]
    market = Market(
        bars=bars,
        instrument=source.instrument(symbol, bars),
        others={name: source.bars(symbol, name) for name in finer},
        releases=releases,
    )
    detail = strategy.detail_timeframe
    return Loaded(market=market, execution=source.bars(symbol, detail) if detail else bars, funding=source.funding(symbol))


def _timeframes(strategy: Strategy) -> frozenset[str]:
    blocks = (strategy.entry, *strategy.exits.values(), strategy.sizing)
    return frozenset().union(*(block.timeframes() for block in blocks))


def look(strategy: Strategy, market: Market) -> Opinion:
    """Columns and signals. A timeframe that can be neither loaded nor resampled is a DataError."""
    try:
        signals = strategy.entry.signals(market)
        passed, filters = judge(strategy.entry, market, signals)
    except LookupError as missing:
        raise DataError(f"strategy {strategy.name} cannot look at {market.symbol}", [Problem(path="timeframe", message=str(missing))]) from None
    return Opinion(market=market, signals=signals, passed=passed, filters=filters)


def plan(strategy: Strategy, opinion: Opinion, execution: Bars, funding: Funding | None) -> Stream:
    """Plans for every signal that passed: exits complete them (stop, targets, trail, break_even, the rest), then sizing."""
    draft = drafted(opinion.market, opinion.signals, opinion.passed)
    for block in ordered(strategy.exits):
        block.complete(draft)
    strategy.sizing.complete(draft)
    kept = draft.plans["side"] != 0
    return Stream(
        strategy=strategy.name,
        market=opinion.market,
        execution=execution,
        plans=draft.plans if kept.all() else draft.plans[kept],
        columns=draft.columns,
        signals=opinion.signals,
        passed=opinion.passed,
        filters=opinion.filters,
        funding=funding,
    )


def compile_symbol(strategy: Strategy, market: Market, execution: Bars, funding: Funding | None) -> Stream:
    """One strategy on one symbol as data. Pure: the same bars give the same bytes."""
    return plan(strategy, look(strategy, market), execution, funding)


def compile_strategy(strategy: Strategy, source: Source) -> list[Stream]:
    """One stream per symbol of the strategy, in its order."""
    return [compile_symbol(strategy, each.market, each.execution, each.funding) for each in load(strategy, source)]


def ordered(exits: Mapping[str, Exit]) -> Iterable[Exit]:
    """The exit blocks in the order in which they may rely on each other."""
    names = [name for name in FIRST if name in exits] + [name for name in exits if name not in FIRST]
    return (exits[name] for name in names)


def drafted(market: Market, signals: Signals, passed: NDArray[np.bool_]) -> Draft:
    """One bare plan per signal that passed, with what the entry itself decides."""
    rows = np.flatnonzero((signals.direction != 0) & passed)
    plans = np.repeat(empty_plans(1), len(rows))
    plans["time"] = market.bars.close_time[rows]
    plans["signal_index"] = rows
    plans["side"] = signals.direction[rows]
    plans["reference_price"] = market.bars.close[rows]
    plans["strength"] = signals.strength[rows]
    for name, value in signals.plan.items():
        plans[name] = value[rows] if np.ndim(value) else value
    return Draft(market=market, plans=plans, rows=rows, levels={name: column[rows] for name, column in signals.levels.items()})


def between(stream: Stream, start_ms: int | None, end_ms: int | None) -> Stream:
    """The stream as traded from `start_ms` to `end_ms` only; columns and signals keep what they learnt before. None: no bound."""
    first = stream.market.bars.open_time[0] if start_ms is None and len(stream.market.bars) else start_ms
    last = stream.market.bars.close_time[-1] if end_ms is None and len(stream.market.bars) else end_ms
    if first is None or last is None:
        return stream
    bars = stream.market.bars
    rows = np.flatnonzero((bars.open_time >= first) & (bars.close_time <= last))
    keep = slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)
    inside = (stream.plans["signal_index"] >= keep.start) & (stream.plans["signal_index"] < keep.stop)
    plans = stream.plans[inside]
    plans["signal_index"] -= keep.start
    return replace(
        stream,
        market=replace(stream.market, bars=bars.rows(keep)),
        execution=stream.execution.between(int(first), int(last)),
        plans=plans,
        columns=[np.ascontiguousarray(column[keep]) for column in stream.columns],
        signals=_rows(stream.signals, keep),
        passed=stream.passed[keep],
        filters={name: column[keep] for name, column in stream.filters.items()},
    )


def _rows(signals: Signals, keep: slice) -> Signals:
    def cut(columns: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value[keep] if np.ndim(value) else value for name, value in columns.items()}

    return replace(
        signals,
        direction=signals.direction[keep],
        strength=signals.strength[keep],
        levels=cut(signals.levels),
        contributions=cut(signals.contributions),
        plan=cut(signals.plan),
    )
