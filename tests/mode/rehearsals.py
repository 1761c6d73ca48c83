"""Short rehearsals on made bars of five minutes: as a command runs them, or with the bot in a thread of the test, to be broken there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from loguru import logger

from runner.build import build
from runner.compose import compose
from runner.journal.live import LiveJournal
from runner.mode.rehearse import Options, Seen, backtest, told
from runner.mode.rehearsing.bot import Job, work
from runner.mode.rehearsing.market import Show, service, show
from runner.mode.rehearsing.page import last_state
from runner.mode.rehearsing.rebuilt import rebuilt
from runner.mode.rehearsing.watch import watched
from runner.model.bot import Bot
from runner.model.records import Outcome
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import Service
from tests.bars.making import START, write

FIVE = 300_000
PRICES = {"BTCUSDT": (60_000.0, 1), "ETHUSDT": (3_000.0, 2), "SOLUSDT": (100.0, 3)}  # first price, decimals
CROSS = ("+strategy=ema_cross", "strategy.entry.fast=2", "strategy.entry.slow=5")
GRID = ("+strategy=grid", "strategy.entry.renew=1h", "strategy.entry.spacing_fraction=0.002")
HISTORY = 30
PATIENCE_S = 60.0


def stored(folder: Path, count: int = 200, seed: int = 5) -> Path:
    """A folder of bars: a seeded walk of each symbol that turns often."""
    for number, (symbol, (price, decimals)) in enumerate(PRICES.items()):
        dice = np.random.default_rng([seed, number])
        close = np.round(price * np.exp(np.cumsum(dice.normal(0.0, 0.002, count))), decimals)
        first = np.concatenate(([price], close[:-1]))
        high = np.round(np.maximum(first, close) * (1 + dice.exponential(0.001, count)), decimals)
        low = np.round(np.minimum(first, close) * (1 - dice.exponential(0.001, count)), decimals)
        time = [START + FIVE * n for n in range(count)]
        values = {"time": time, "open": first, "high": high, "low": low, "close": close, "volume": np.full(count, 50.0)}
        write(folder / f"{symbol}-5m.parquet", values)
    return folder


def words(market: Path, *more: str, strategy: Sequence[str] = CROSS) -> list[str]:
    """What is typed after `runner`: two averages that cross every few bars, or another strategy, on those bars."""
    where = [f"source.root={market}", "strategy.timeframe=5m", "strategy.symbols=[BTCUSDT,ETHUSDT]", "+account=hyro_2step"]
    return [*strategy, *where, "mode=rehearse", f"mode.history={HISTORY}", *more]


def bot_of(market: Path, folder: Path, *more: str, strategy: Sequence[str] = CROSS) -> Bot:
    """The same, built."""
    return build(compose(words(market, *more, strategy=strategy)), folder)


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A rehearsal whose bot is a thread: `service` and `shown` may be changed before it is played."""

    bot: Bot
    options: Options
    folder: Path
    shown: Show
    service: Service
    expected: Outcome
    failed: list[BaseException] = field(default_factory=list)

    def play(self, ready: Callable[[Served], None] = lambda _: None) -> dict[str, Any]:
        """The section `rehearsal` of the summary. A guard is a process of its own, and whole whatever is broken here."""
        job = Job(bot=self.bot, folder=self.folder, history=self.options.history, restart=self.options.restart)
        with served(self.service) as exchange, watched(job, exchange, self.options.guard_ms):
            ready(exchange)
            thread = threading.Thread(target=self._work, args=(job, exchange.http, exchange.ws), daemon=True)
            thread.start()
            thread.join(PATIENCE_S)
            assert not thread.is_alive(), "the bot stands still"
            if self.failed:
                raise self.failed[0]
            venue, log = exchange.call(lambda: last_state(exchange.core)), list(exchange.core.state.log)
        with LiveJournal.open(self.folder / "journal.db", account=self.bot.account.name, read_only=True) as journal:
            ledger = rebuilt(self.bot, self.shown.streams, journal, restart=self.options.restart)
        seen = Seen(ledger=ledger, venue=venue, log=log, kills={})
        section: dict[str, Any] = told(self.bot, self.options, self.shown, self.expected, seen, self.folder)["rehearsal"]
        return section

    def _work(self, job: Job, http: str, ws: str) -> None:
        try:
            work(job, http, ws)
        except Exception as problem:  # noqa: BLE001 - it is raised where the test looks
            self.failed.append(problem)
        finally:
            logger.remove()


def tried(market: Path, folder: Path, more: Sequence[str] = ()) -> Tried:
    """A rehearsal that is ready to be played."""
    folder.mkdir(parents=True, exist_ok=True)
    bot = bot_of(market, folder, *more)
    options = Options(**bot.options)
    shown = show(bot, options.bars, options.history, None)
    expected = backtest(bot, shown, restart=options.restart)
    exchange = service(bot, shown, faults=options.faults, seed=options.seed)
    return Tried(bot=bot, options=options, folder=folder, shown=shown, service=exchange, expected=expected)
