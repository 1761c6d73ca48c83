"""Our side of the work, in a process of its own: `python -m benchmarks.ours REQUEST`, as the peers are asked (see `peers.shared`).

More of a request: account, the rule book (hyro_2step, no_limits); folder and symbols, for several symbols; starts, for a challenge's
starts instead of one run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from loguru import logger
from peers.shared import Done, Request, Trades, answer, asked, measured

from benchmarks.work import FIRST_MS, HOUR_MS, MINUTE_MS, SYMBOL, names, read, walk, words
from runner.build import build
from runner.columns.library import library
from runner.compose import compose
from runner.machine import Machine
from runner.machine.native import drive
from runner.model.bars import Bars
from runner.model.bot import Bot
from runner.model.instrument import Instrument
from runner.model.market import Market
from runner.model.records import Outcome
from runner.odds.engine import Stage, every_day
from runner.odds.restart import Restartable
from runner.odds.shares import shares
from runner.pipeline import Loaded, look, plan

PACKAGES = ("prop-runner", "numpy", "numba", "pandas", "pandas-ta")
START_BARS, START_SYMBOLS = 6_400, ("BTCUSDT", "ETHUSDT", "SOLUSDT")  # of the challenge


def loaded(bot: Bot, files: Sequence[Path], symbols: Sequence[str]) -> list[Loaded]:
    """What is traded, read from the files; all symbols have the facts of the first. Bars are new objects: nothing is found again."""
    instrument: Instrument = bot.source.instrument(SYMBOL)
    markets = []
    for file, symbol in zip(files, symbols, strict=True):
        bars = Bars(symbol=symbol, timeframe_ms=MINUTE_MS, **read(file))
        markets.append(Loaded(market=Market(bars=bars, instrument=replace(instrument, symbol=symbol)), execution=bars))
    return markets


def once(bot: Bot, markets: Sequence[Loaded]) -> Done:
    """Columns, plans and machine under the account's rules."""
    strategy, book, at = bot.strategies[0], bot.account.book, [time.process_time()]
    opinions = [look(strategy, each.market) for each in markets]
    at.append(time.process_time())
    streams = [plan(strategy, opinion, each) for opinion, each in zip(opinions, markets, strict=True)]
    at.append(time.process_time())
    outcome = Machine(streams=streams, book=book, costs=bot.costs, gate=bot.account.gate).run()
    at.append(time.process_time())
    if len(outcome.equity_record) < len(markets[0].execution):
        raise RuntimeError(f"the account should live through all bars, it ended after {len(outcome.equity_record)}")
    columns, plans, machine = (float(spent) for spent in np.diff(at))
    stages = {"columns": columns, "plans": plans, "machine": machine}
    counts = {"rules": float(len(book.rows)), "floors": float(len(outcome.floor_rules[0]))}
    return Done(len(outcome.trades), outcome.balance - book.initial, stages | counts, told=lambda: told(outcome, streams[0].plans))


def told(outcome: Outcome, plans: Any) -> Trades:
    """Row of the signal's bar, side, profit without fees."""
    rows = plans["signal_index"][outcome.trades["plan"]]
    gross = outcome.trades["profit"] + outcome.trades["fees"] + outcome.trades["funding"]
    return [(int(row), int(side), float(value)) for row, side, value in zip(rows, outcome.trades["side"], gross, strict=True)]


def begun(request: Request) -> Done:
    """A challenge's starts, each on the first day and lived to the last bar: the tape joined, all of them played, read and counted."""
    bot, streams = BOT, STREAMS
    ends_idle = ("INACTIVITY", "TIME_LIMIT")
    book = replace(bot.account.book, rows=tuple(row for row in bot.account.book.rows if row.code.name not in ends_idle))

    def machine(tape: Sequence[Any]) -> Restartable:
        return Restartable(streams=tape, book=book, costs=bot.costs, gate=bot.account.gate)

    stage = Stage(machine=machine(streams), streams=streams, build=machine, finer=lambda stream, _moment: stream)
    found = shares(book, stage.play(np.repeat(every_day(stage.machine)[:1], request["starts"])).attempts)
    if found.unfinished != request["starts"]:
        raise RuntimeError(f"all {request['starts']} starts should live to the last bar, {found.unfinished} did")
    return Done(sum(len(one.plans) for one in streams), 0.0)


def begun_on(bot: Bot) -> list[Any]:
    """The streams of the challenge: a seeded random walk of four-hour candles for each symbol."""
    strategy, whole, streams = bot.strategies[0], walk(START_BARS * len(START_SYMBOLS)), []
    instrument, times = bot.source.instrument(SYMBOL), FIRST_MS + 4 * HOUR_MS * np.arange(START_BARS, dtype=np.int64)
    for number, symbol in enumerate(START_SYMBOLS):
        part = {name: column[number * START_BARS : (number + 1) * START_BARS] for name, column in whole.items()}
        bars = Bars(symbol=symbol, timeframe_ms=4 * HOUR_MS, **(part | {"open_time": times}))
        each = Loaded(market=Market(bars=bars, instrument=replace(instrument, symbol=symbol)), execution=bars)
        streams.append(plan(strategy, look(strategy, each.market), each))
    return streams


if __name__ == "__main__":
    wanted = asked()
    logger.remove()
    library()
    drive.load()
    if wanted.get("starts"):
        BOT = build(compose([*words("hyro_2step", START_SYMBOLS), "strategy.timeframe=4h"]))
        STREAMS = begun_on(BOT)
        answer(measured(wanted, lambda: begun(wanted), PACKAGES))
    else:
        traded = names(wanted.get("symbols", 1))
        bot = build(compose(words(wanted["account"], traded)))
        files = [Path(wanted["folder"]) / f"{symbol}-1m.parquet" for symbol in traded] if "folder" in wanted else [Path(wanted["file"])]
        markets: list[Loaded] = []
        answer(measured(wanted, lambda: once(bot, markets), PACKAGES, lambda: markets.__setitem__(slice(None), loaded(bot, files, traded))))
