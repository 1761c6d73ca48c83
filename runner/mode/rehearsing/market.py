"""The market of a rehearsal: the strategies' own bars, shown by an exchange on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from runner.machine.funding import complete
from runner.model.bars import Bars
from runner.model.bot import Bot, Costs
from runner.model.errors import DataError, Problem
from runner.model.instrument import Instrument
from runner.model.stream import Stream
from runner.pipeline import Loaded, between, load, look, plan
from runner.rehearsal.core.listing import Listing, decimal, listing_of
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.faults import EVERY, Storm
from runner.rehearsal.replay import Rates, Replay, tape_of
from runner.rehearsal.service import Service

BPS = Decimal("0.0001")
NO_LIMIT = Decimal(1_000_000_000)
NOT_REHEARSED = ("clock_ahead", "clock_behind")  # time is the exchange's own here; the transport is held against them elsewhere


@dataclass(frozen=True, kw_only=True)
class Show:
    """What is shown: the streams of the backtest it is compared with, the tape, the span. Times are UTC milliseconds."""

    streams: list[Stream]  # traded from `begins_ms` on
    replay: Replay
    begins_ms: int  # the last bar before the first one shown begins: the account's first instant
    ends_ms: int
    count: int  # bars shown, of all symbols


def show(bot: Bot, bars: int, history: int, end_ms: int | None) -> Show:
    """Cut the bars of every symbol to the same span, with their history before it. Refuses (DataError) a history that is too short."""
    loaded = [(strategy, each) for strategy in bot.strategies for each in load(strategy, bot.source, bot.account.currency)]
    span = common(loaded, bars, history, end_ms)
    cut = [(strategy, trimmed(each, span.first_ms, span.ends_ms)) for strategy, each in loaded]
    streams = [between(plan(strategy, look(strategy, each.market), each), span.begins_ms, span.ends_ms) for strategy, each in cut]
    finest: dict[str, Bars] = {}
    for _, each in cut:
        known = finest.get(each.market.symbol)
        if known is None or each.execution.timeframe_ms < known.timeframe_ms:
            finest[each.market.symbol] = each.execution
    tapes = tuple(tape_of(one, int(np.searchsorted(one.open_time, span.shown_ms))) for one in finest.values())
    funding = {stream.symbol: rates(stream, bot.costs, finest[stream.symbol]) for stream in streams}
    count = sum(len(tape.open_time) - tape.first for tape in tapes)
    return Show(streams=streams, replay=Replay(tapes=tapes, funding=funding), begins_ms=span.begins_ms, ends_ms=span.ends_ms, count=count)


@dataclass(frozen=True, kw_only=True)
class Span:
    """Instants of a show, UTC ms: history from `first_ms`, the account from `begins_ms`, the market from `shown_ms` to `ends_ms`."""

    first_ms: int
    begins_ms: int
    shown_ms: int
    ends_ms: int


def common(loaded: Sequence[tuple[Any, Loaded]], bars: int, history: int, end_ms: int | None) -> Span:
    """The last `bars` bars that every symbol has, with the history before them."""
    longest = max(each.market.bars.timeframe_ms for _, each in loaded)
    ends = min(int(each.market.bars.close_time[-1]) for _, each in loaded)
    ends = (ends if end_ms is None else min(ends, end_ms)) // longest * longest
    shown = ends - bars * longest
    first = shown - (history + 1) * longest
    for _, each in loaded:
        begins = int(each.market.bars.open_time[0])
        if begins > first:
            missing = (begins - first) // longest
            raise DataError(
                "there are too few bars to rehearse on",
                [Problem(path=each.market.symbol, message=f"lacks {missing} bars; ask for fewer with mode.bars or mode.history")],
            )
    return Span(first_ms=first, begins_ms=shown - longest, shown_ms=shown, ends_ms=ends)


def trimmed(each: Loaded, start_ms: int, end_ms: int) -> Loaded:
    """What one symbol needs, from an instant to another; the rest does not exist."""
    market = each.market
    others = {name: bars.between(start_ms, end_ms) for name, bars in market.others.items()}
    cut = market.bars.between(start_ms, end_ms)
    execution = cut if each.execution is market.bars else each.execution.between(start_ms, end_ms)
    return replace(each, market=replace(market, bars=cut, others=others), execution=execution, conversion=None)


def rates(stream: Stream, costs: Costs, bars: Bars) -> Rates:
    """The funding the backtest reckons with, payment by payment."""
    known = complete(stream.funding, stream.market.instrument, bars, costs)
    if known is None:
        return Rates()
    inside = (known.time > bars.open_time[0]) & (known.time <= bars.close_time[-1])
    return Rates(time=known.time[inside], rate=known.rate[inside])


def service(bot: Bot, shown: Show, *, faults: Any, seed: int) -> Service:
    """The exchange: the account's costs and size, the instruments' own steps."""
    listings = {stream.symbol: listing(stream.market.instrument, bot.costs) for stream in shown.streams}
    leverage = bot.costs.leverage or max(float(each.max_leverage) for each in listings.values())
    setup = Setup(
        listings=tuple(listings.values()),
        balance=decimal(bot.account.size),
        coin=next(iter(listings.values())).settle,
        slippage=decimal(bot.costs.slippage_bps) * BPS,
        leverage=decimal(leverage),
        isolated=bot.costs.isolated_margin,
        seed=seed,
    )
    storm = Storm(level=faults, outcomes=faults == "storm", kinds=tuple(kind for kind in EVERY if kind not in NOT_REHEARSED))
    return Service(setup=setup, pace="lockstep", replay=shown.replay, storm=storm, limited=False, window=False)


def listing(instrument: Instrument, costs: Costs) -> Listing:
    """An instrument as the exchange lists it, with the account's fees and a price band that no jump of history leaves."""
    taker = instrument.taker_fee_bps if costs.taker_fee_bps is None else costs.taker_fee_bps
    maker = instrument.maker_fee_bps if costs.maker_fee_bps is None else costs.maker_fee_bps
    plain = listing_of(instrument)
    most = min(plain.max_quantity or NO_LIMIT, NO_LIMIT)
    return replace(
        plain, taker=decimal(taker) * BPS, maker=decimal(maker) * BPS, max_quantity=most, max_market_quantity=most, band=Decimal("0.9")
    )
