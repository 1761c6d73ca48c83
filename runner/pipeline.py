"""Bars → columns → Signals → Plans: a strategy compiled to data, one stream per symbol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.columns.judge import judge
from runner.model.bars import Bars, Floats
from runner.model.block import Source
from runner.model.bot import Strategy
from runner.model.draft import Draft
from runner.model.duration import milliseconds
from runner.model.errors import DataError, Problem
from runner.model.exits import ordered
from runner.model.habits import no_habits
from runner.model.market import Market, Releases
from runner.model.plan import empty_plans
from runner.model.signal import Signals
from runner.model.stream import Funding, Stream


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What one symbol needs before anything is computed; see Stream for `execution`, `funding` and `conversion`."""

    market: Market
    execution: Bars
    funding: Funding | None = None
    conversion: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """A strategy's signals on one market, judged by its filters; see Stream for the shapes."""

    market: Market
    signals: Signals
    passed: NDArray[np.bool_]
    filters: dict[str, NDArray[np.bool_]]


def load(strategy: Strategy, source: Source, currency: str | None = None) -> list[Loaded]:
    """Everything the strategy's symbols need, in the order of its symbols. Raises DataError for what is missing.

    currency: the account's; None leaves money in each symbol's quote currency.
    """
    releases = source.releases()
    return [_load(strategy, source, symbol, releases, currency) for symbol in strategy.symbols]


def _load(strategy: Strategy, source: Source, symbol: str, releases: Releases, currency: str | None) -> Loaded:
    bars = source.bars(symbol, strategy.timeframe)
    finer = [name for name in sorted(timeframes(strategy)) if milliseconds(name) < bars.timeframe_ms]
    market = Market(
        bars=bars,
        instrument=source.instrument(symbol, bars),
        others={name: source.bars(symbol, name) for name in finer},
        releases=releases,
    )
    execution = _within(source.bars(symbol, strategy.detail_timeframe), bars) if strategy.detail_timeframe else bars
    conversion = source.conversion(market.instrument.quote, currency, execution) if currency else None
    return Loaded(market=market, execution=execution, funding=source.funding(symbol), conversion=conversion)


def _within(finer: Bars, bars: Bars) -> Bars:
    """The finer bars of the time that the signal bars cover."""
    return finer.between(int(bars.open_time[0]), int(bars.close_time[-1])) if len(bars) else finer.rows(slice(0))


def timeframes(strategy: Strategy) -> frozenset[str]:
    """The further timeframes its blocks ask for."""
    blocks = (strategy.entry, *strategy.exits.values(), strategy.sizing)
    return frozenset().union(*(block.timeframes() for block in blocks))


def look(strategy: Strategy, market: Market) -> Opinion:
    """Columns and signals. A timeframe that can be neither loaded nor resampled is a DataError."""
    try:
        signals = strategy.entry.signals(market)
        passed, filters = judge(strategy.entry, market, signals)
    except LookupError as missing:
        if type(missing) is not LookupError:  # an IndexError or KeyError is a fault of a block, not of the data
            raise
        problem = Problem(path="timeframe", message=str(missing))
        raise DataError(f"strategy {strategy.name} cannot look at {market.symbol}", [problem]) from None
    return Opinion(market=market, signals=signals, passed=passed, filters=filters)


def plan(strategy: Strategy, opinion: Opinion, loaded: Loaded) -> Stream:
    """Plans for every signal that passed: exits complete them (stop, targets, trail, break_even, the rest), then sizing."""
    draft = drafted(opinion.market, opinion.signals, opinion.passed)
    for block in ordered(strategy.exits).values():
        block.complete(draft)
    strategy.sizing.complete(draft)
    draft.settle()
    kept = draft.plans["side"] != 0
    stream = Stream(
        strategy=strategy.name,
        market=opinion.market,
        execution=loaded.execution,
        plans=draft.plans if kept.all() else draft.plans[kept],
        columns=draft.columns,
        signals=opinion.signals,
        passed=opinion.passed,
        filters=opinion.filters,
        funding=loaded.funding,
        habits=habits_of(strategy),
        conversion=loaded.conversion,
    )
    return covered(stream)


def unlooked(strategy: Strategy, loaded: Loaded) -> Stream:
    """What a stream reads, without an opinion: enough to tell it from others that read something else."""
    bars = loaded.market.bars
    none = Signals(direction=np.zeros(len(bars), np.int8), strength=np.zeros(len(bars)))
    stream = Stream(
        strategy=strategy.name,
        market=loaded.market,
        execution=loaded.execution,
        plans=empty_plans(0),
        columns=[],
        signals=none,
        passed=np.zeros(len(bars), np.bool_),
        filters={},
        funding=loaded.funding,
        habits=habits_of(strategy),
        conversion=loaded.conversion,
    )
    return covered(stream)


def habits_of(strategy: Strategy) -> NDArray[Any]:
    """What the strategy keeps to over its own trades, dtype HABITS, shape (1,)."""
    habits = no_habits()
    for block in strategy.entry.when.values():
        block.keep_to(habits)
    strategy.sizing.keep_to(habits)
    return habits


def covered(stream: Stream) -> Stream:
    """The stream cut to the time its execution bars cover; a plan from before them would else wait for the first of them."""
    bars, walked = stream.market.bars, stream.execution
    if walked is bars or not len(bars):
        return stream
    if not len(walked):
        return between(stream, 0, 0)
    first, last = int(walked.open_time[0]) - bars.timeframe_ms, int(walked.close_time[-1])
    whole = first <= bars.open_time[0] and last >= bars.close_time[-1]
    return stream if whole else between(stream, first, last)


def compile_symbol(strategy: Strategy, market: Market, execution: Bars, funding: Funding | None) -> Stream:
    """One strategy on one symbol as data. Pure: the same bars give the same bytes."""
    return plan(strategy, look(strategy, market), Loaded(market=market, execution=execution, funding=funding))


def compile_strategy(strategy: Strategy, source: Source, currency: str | None = None) -> list[Stream]:
    """One stream per symbol of the strategy, in its order; `load`, `look` and `plan` are its three steps."""
    return [plan(strategy, look(strategy, each.market), each) for each in load(strategy, source, currency)]


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
    levels = {name: column[rows] for name, column in signals.levels.items()}
    return Draft(market=market, plans=plans, rows=rows, direction=signals.direction, levels=levels)


def between(stream: Stream, start_ms: int | None, end_ms: int | None) -> Stream:
    """The stream as traded from `start_ms` to `end_ms` only; columns and signals keep what they learnt before. None: no bound."""
    bars = stream.market.bars
    if (start_ms is None and end_ms is None) or not len(bars):
        return stream
    first = int(bars.open_time[0]) if start_ms is None else start_ms
    last = int(bars.close_time[-1]) if end_ms is None else end_ms
    keep, walked = _span(bars, first, last), _span(stream.execution, first, last)
    return replace(
        stream,
        market=replace(stream.market, bars=bars.rows(keep)),
        execution=stream.execution.rows(walked),
        conversion=None if stream.conversion is None else stream.conversion[walked],
        plans=_inside(stream.plans, keep),
        columns=[np.ascontiguousarray(column[keep]) for column in stream.columns],
        signals=_rows(stream.signals, keep),
        passed=stream.passed[keep],
        filters={name: column[keep] for name, column in stream.filters.items()},
    )


def _span(bars: Bars, start_ms: int, end_ms: int) -> slice:
    """Rows of the bars that open at or after `start_ms` and are complete by `end_ms`."""
    first = int(np.searchsorted(bars.open_time, start_ms, side="left"))
    return slice(first, max(first, int(np.searchsorted(bars.close_time, end_ms, side="right"))))


def _inside(plans: NDArray[Any], keep: slice) -> NDArray[Any]:
    inside: NDArray[Any] = plans[(plans["signal_index"] >= keep.start) & (plans["signal_index"] < keep.stop)]
    inside["signal_index"] -= keep.start
    return inside


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
