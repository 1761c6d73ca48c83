"""A built bot made ready to trade: its outlooks, candles, journal, machine and orders put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from loguru import logger

from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.live.beginning import begin, start_of
from runner.live.clock import Clock
from runner.live.desk import Desk
from runner.live.executor import Executor
from runner.live.history import History
from runner.live.inbox import Inbox
from runner.live.orders import Orders
from runner.live.take_over import take_over
from runner.live.terms import Terms
from runner.live.thinker import Outlook, Thinker
from runner.live.trader import Parts, Trader
from runner.machine.follower import Follower
from runner.model.bars import Bars
from runner.model.block import Source
from runner.model.bot import Bot, Strategy
from runner.model.duration import milliseconds
from runner.model.errors import ConfigError, Problem
from runner.model.market import Market
from runner.model.trading import CandleSeen, Contract
from runner.pipeline import Loaded

LEAST_ROOM = 5_000  # candles


def outlooks(bot: Bot) -> list[Outlook]:
    """Every strategy on each of its symbols, without candles yet."""
    return [_outlook(strategy, bot.source, symbol) for strategy in bot.strategies for symbol in strategy.symbols]


def _outlook(strategy: Strategy, source: Source, symbol: str) -> Outlook:
    bars = no_bars(symbol, milliseconds(strategy.timeframe))
    execution = no_bars(symbol, milliseconds(strategy.detail_timeframe)) if strategy.detail_timeframe else bars
    market = Market(bars=bars, instrument=source.instrument(symbol), releases=source.releases())
    return Outlook(strategy=strategy, loaded=Loaded(market=market, execution=execution))


def no_bars(symbol: str, timeframe_ms: int) -> Bars:
    """A timeframe of a symbol of which nothing is known yet."""
    none = np.empty(0)
    return Bars(
        symbol=symbol, timeframe_ms=timeframe_ms, open_time=np.empty(0, np.int64), open=none, high=none, low=none, close=none, volume=none
    )


def finest(looks: Sequence[Outlook]) -> dict[str, int]:
    """The finest candles that are needed of each symbol, milliseconds."""
    symbols = dict.fromkeys(look.symbol for look in looks)
    return {symbol: min(look.finest_ms() for look in looks if look.symbol == symbol) for symbol in symbols}


def candles(desk: Desk, looks: Sequence[Outlook], start_ms: int, count: int) -> dict[str, History]:
    """The closed candles of each symbol before an instant, from the venue."""
    histories = {}
    for symbol, timeframe_ms in finest(looks).items():
        longest = max(look.timeframe_ms for look in looks if look.symbol == symbol)
        rows = count * (longest // timeframe_ms)
        history = History(symbol, timeframe_ms, max(4 * rows, LEAST_ROOM))
        for candle in desk.candles(symbol, timeframe_ms, start_ms=start_ms - rows * timeframe_ms, end_ms=start_ms):
            history = following(history, candle)
        if not len(history):
            told = f"the venue has no candles of {timeframe_ms // 60_000} minutes before now; nothing could ever be decided"
            raise ConfigError("there is nothing to trade on", [Problem(path=symbol, message=told)])
        if len(history) < rows:
            logger.warning("{}: {} candles of {} known; what is not warm yet is not decided on", symbol, len(history), rows)
        histories[symbol] = history
    return histories


def following(history: History, candle: CandleSeen) -> History:
    """The history with one more candle; one that begins with it where the venue has none in between."""
    try:
        history.takes(candle)
    except LookupError as hole:
        logger.warning("{}: {}; what was before is not looked at", history.symbol, hole)
        history = history.anew()
        history.takes(candle)
    return history


def fit(  # noqa: PLR0913 - the parts are made by whoever runs the bot
    bot: Bot,
    *,
    desk: Desk,
    clock: Clock,
    inbox: Inbox,
    journal: LiveJournal,
    contracts: Mapping[str, Contract],
    terms: Terms,
    others: Mapping[str, int] | None = None,
) -> Trader:
    """A trader that stands where its journal ends; `begin` it, then let it work."""
    looks = outlooks(bot)
    start_ms = start_of(journal, looks, clock.now_ms(), told=journal.last_told > 0)
    thinker = Thinker(looks, candles(desk, looks, start_ms, terms.history))
    follower = Follower(
        streams=thinker.streams(),
        book=bot.account.book,
        costs=bot.costs,
        gate=bot.account.gate,
        start_ms=start_ms,
        after_failure=terms.after_failure,
        others=others,
    )
    taken_over = journal.meta("taken_over")
    if taken_over:
        take_over(follower, taken_over.encode())
    begin(journal, looks, start_ms)
    account = LiveAccount(follower, journal)
    account.restore()
    orders = Orders(journal, bot.account.name, terms.environment)
    orders.restore()
    stale: set[str] = set()
    executor = Executor(
        account=account,
        journal=journal,
        desk=desk,
        clock=clock,
        orders=orders,
        contracts=dict(contracts),
        hurry=stale.add,
        late_ms=terms.late_ms,
        trigger=terms.trigger,
    )
    parts = Parts(account=account, journal=journal, desk=desk, clock=clock, inbox=inbox, thinker=thinker, executor=executor)
    return Trader(parts, terms, stale)
