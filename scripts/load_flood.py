"""A flood of stream messages: an exchange that sends them at a given rate, and a whole bot in a process of its own that handles them.

As a program it is the bot: `load_flood.py ADDRESS FOLDER`. It says "ready" once it holds its positions, works until a line comes on its
standard input, and leaves what it measured in the folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
HOUR_MS = 3_600_000
BAR_MS = 4 * HOUR_MS
HISTORY = 200
PRICES = {"BTCUSDT": "100000", "ETHUSDT": "4000", "SOLUSDT": "200"}
SIZES = {"BTCUSDT": 0.01, "ETHUSDT": 0.25, "SOLUSDT": 5.0}  # a thousand of each
WORDS = ["+strategy=fvg", "+account=hyro_2step"]
STEPS = 400  # prices there and back, of each symbol
PAUSE_S = 0.004  # between two bursts
PATIENCE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Flood:
    """What became of the messages of one rate. Lags in ms: from the time a message carries until the bot is done with it."""

    asked: int  # a second
    seconds: float
    sent: int
    taken: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    quarters_ms: list[float]  # the median lag of each quarter
    backlog: int  # sent and not handled when the last one was sent
    drained_ms: float  # after the last one was sent
    bot_cpu_s: float
    sender_cpu_s: float

    @property
    def rate(self) -> float:
        """Messages that were really sent, a second."""
        return self.sent / self.seconds

    @property
    def growth_ms(self) -> float:
        """How much longer messages waited in the last quarter than in the first."""
        return self.quarters_ms[-1] - self.quarters_ms[0]

    @property
    def kept(self) -> bool:
        """Whether the bot kept up, and the sender sent what was asked for."""
        whole = self.taken == self.sent and self.rate >= 0.98 * self.asked
        return whole and self.p99_ms < MOST_LAG_MS and self.growth_ms < MOST_GROWTH_MS and self.drained_ms < MOST_LAG_MS


MOST_LAG_MS, MOST_GROWTH_MS = 250.0, 50.0


# --- the sender -----------------------------------------------------------------------------------------------------------


@dataclass
class Sender:
    """An exchange, and frames of its own that were made before."""

    exchange: Any
    frames: Iterator[tuple[str, str]]  # up to the time a message carries, and from it on
    sent: int = 0

    def burst(self, count: int) -> None:
        """So many messages onto the wire, with the present as their time."""
        line = next(each for each in self.exchange.wire.hub.connections.values() if each.channel == "linear")
        now = str(time.time_ns() // 1_000_000)
        for _ in range(count):
            head, tail = next(self.frames)
            line.give(f"{head}{now}{tail}")
        line.write()
        self.sent += count

    def send(self, rate: int, seconds: float, tick: Callable[[], None]) -> float:
        """At this rate for so long; how long it took."""
        began, first = time.perf_counter(), self.sent
        while (passed := time.perf_counter() - began) < seconds:
            due = int(rate * passed) - (self.sent - first)
            if due:
                self.exchange.call(lambda: self.burst(due))  # noqa: B023 - it is done before the next one is reckoned
            tick()
            time.sleep(PAUSE_S)
        return time.perf_counter() - began


def prepared(exchange: Any) -> list[tuple[str, str]]:
    """Frames of the exchange: its market goes there and back, and tells tickers and forming candles of every symbol at each step."""
    from runner.rehearsal.face import streams
    from runner.wire.bybit.words import interval

    wire, front, found = exchange.wire, exchange.front, []

    def step(number: int) -> None:
        for symbol, price in PRICES.items():
            market = exchange.core.state.market(symbol)
            away = Decimal(STEPS // 2 - abs(number - STEPS // 2)) * market.listing.tick * 5
            wire.go(symbol, Decimal(price) + away, None, jump=True)
            candle = front.candles[symbol].newest(BAR_MS, None, None, 1)[0]
            for each in (streams.ticker(front, market), streams.kline(front, market, interval(BAR_MS), candle, confirm=False)):
                head, mark, tail = each.text.rpartition('"ts":')
                found.append((head + mark, tail.lstrip("0123456789")))

    for number in range(1, STEPS + 1):
        exchange.call(lambda: step(number))  # noqa: B023 - it is done before the next one
    return found


def venue() -> Any:
    """The exchange: three perpetuals with quiet candles until now, on this machine's clock."""
    from runner.rehearsal.core.setup import Setup
    from runner.rehearsal.serve import served
    from runner.rehearsal.service import Service

    prices = {symbol: Decimal(price) for symbol, price in PRICES.items()}
    exchange = served(Service(setup=Setup(prices=prices), candle_ms=BAR_MS, limited=False, stream_delay_ms=1))
    first = time.time_ns() // 1_000_000 // BAR_MS * BAR_MS - (HISTORY + 1) * BAR_MS
    times = first + BAR_MS * np.arange(HISTORY + 1, dtype=np.int64)

    def past() -> None:
        for symbol, price in PRICES.items():
            candles, flat = exchange.front.candles[symbol], np.full(HISTORY + 1, float(price))
            candles.base_ms = BAR_MS
            candles.rows.clear()
            candles.give(times, flat, flat * 1.002, flat * 0.998, flat, np.full(HISTORY + 1, 50.0))

    exchange.call(past)
    return exchange


def flooded(folder: Path, rates: Sequence[int], seconds: Sequence[float], tick: Callable[[], None] = lambda: None) -> list[Flood]:
    """One bot, and one rate after the other, until one is too much for it."""
    with venue() as exchange:
        sender = Sender(exchange, cycle(prepared(exchange)))
        with bot(exchange.http, folder) as running:
            marks = []
            for rate, length in zip(rates, seconds, strict=True):
                marks.append(stage(sender, rate, length, running.pid, folder, tick))
                if not drained(folder, sender.sent):
                    break
            running.communicate("end\n", timeout=PATIENCE_S)
            if running.returncode:
                raise SystemExit("the bot of the flood did not end well")
    lags = np.load(folder / "lags.npy")
    found = []
    for mark in marks:
        found.append(read(mark, lags))
        if not found[-1].kept:
            break
    return found


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One rate: when it began and ended (UTC ms), what was sent before it and until its end, and the processor's time."""

    asked: int
    seconds: float
    began_ms: int
    ended_ms: int
    first: int
    last: int
    bot_cpu_s: float
    sender_cpu_s: float


def stage(sender: Sender, rate: int, seconds: float, pid: int, folder: Path, tick: Callable[[], None]) -> Mark:
    """Send at one rate, and wait until it is handled or it is clear that it will not be soon."""
    time.sleep(0.2)
    first, began, bot_cpu, own = sender.sent, time.time_ns() // 1_000_000, cpu_s(pid), time.process_time()
    took = sender.send(rate, seconds, tick)
    ended, spent = time.time_ns() // 1_000_000, time.process_time() - own
    drained(folder, sender.sent)
    return Mark(
        asked=rate,
        seconds=took,
        began_ms=began,
        ended_ms=ended,
        first=first,
        last=sender.sent,
        bot_cpu_s=cpu_s(pid) - bot_cpu,
        sender_cpu_s=spent,
    )


def drained(folder: Path, sent: int, longest_s: float = 5.0) -> bool:
    """Wait until the bot has handled everything."""
    until, count = time.monotonic() + longest_s, folder / "count"
    while time.monotonic() < until:
        if int(count.read_text() or 0) >= sent:
            return True
        time.sleep(0.01)
    return False


def cpu_s(pid: int) -> float:
    """What a process has taken of the processors so far; nan where the system does not tell."""
    path = Path(f"/proc/{pid}/stat")
    if not path.is_file():
        return float("nan")
    user, system = path.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def read(mark: Mark, lags: NDArray[np.int64]) -> Flood:
    """The figures of one rate, out of (when it was handled, how late) of every message in the order it came."""
    part = lags[mark.first : mark.last]
    done, lag = part[:, 0], part[:, 1].astype(float)
    quarters = [float(np.median(each)) if len(each) else float("inf") for each in np.array_split(lag, 4)]
    return Flood(
        asked=mark.asked,
        seconds=mark.seconds,
        sent=mark.last - mark.first,
        taken=len(part),
        p50_ms=float(np.percentile(lag, 50)) if len(lag) else float("inf"),
        p99_ms=float(np.percentile(lag, 99)) if len(lag) else float("inf"),
        max_ms=float(lag.max()) if len(lag) else float("inf"),
        quarters_ms=quarters,
        backlog=mark.last - mark.first - int((done <= mark.ended_ms).sum()),
        drained_ms=max(float(done[-1] - mark.ended_ms), 0.0) if len(part) == mark.last - mark.first and len(part) else float("inf"),
        bot_cpu_s=mark.bot_cpu_s,
        sender_cpu_s=mark.sender_cpu_s,
    )


@contextmanager
def bot(address: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The bot's process, once it holds its positions."""
    (folder / "count").write_text("0")
    words = [sys.executable, str(Path(__file__)), address, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as running:  # noqa: S603 - our own
        try:
            assert running.stdout is not None  # noqa: S101 - it is a pipe
            if running.stdout.readline() != "ready\n":
                raise SystemExit("the bot of the flood did not start")
            yield running
        finally:
            if running.poll() is None:
                running.kill()


# --- the bot --------------------------------------------------------------------------------------------------------------


def work(address: str, folder: Path) -> None:
    """Streams, inbox, machine, executor and journal as a live bot has them; its positions come from plans made here."""
    from loguru import logger

    from runner.build import build
    from runner.compose import compose
    from runner.journal.live import LiveJournal
    from runner.live.clock import WallClock
    from runner.live.desk import Desk
    from runner.live.keys import Keys, Secret
    from runner.live.outfit import finest, fit, outlooks
    from runner.live.streams import Streams
    from runner.live.terms import Terms
    from runner.rehearsal.service import KEY, SECRET
    from runner.wire.bybit import BybitDialect

    logger.remove()
    logger.add(folder / "bot.log", level="INFO")
    built = build(compose(WORDS))
    clock, keys, dialect = WallClock(), Keys(key=Secret(KEY), secret=Secret(SECRET)), BybitDialect(endpoint=address)
    desk, inbox = Desk(dialect, keys, clock), timed(folder)
    frames = finest(outlooks(built))
    streams = Streams(dialect, keys, list(frames), sorted(set(frames.values())), inbox.put, clock=clock)
    with LiveJournal.open(folder / "journal.db", account=built.account.name) as journal:
        contracts = {symbol: desk.contract(symbol) for symbol in frames}
        terms = Terms(history=HISTORY - 10, environment="demo", acts_at_start=False)
        trader = fit(built, desk=desk, clock=clock, inbox=inbox, journal=journal, contracts=contracts, terms=terms)
        streams.start()
        while not streams.up():
            time.sleep(0.01)
        trader.begin()
        enter(trader, built.strategies[0].name)
        while inbox.counting is False:  # what subscribing and entering brought is not counted
            trader.work(inbox.wait(min(trader.wake_ms(), clock.now_ms() + 20)))
            inbox.rest()
        print("ready", flush=True)
        threading.Thread(target=ending, args=(trader,), daemon=True).start()
        while not trader.stopping:
            trader.work(inbox.wait(min(trader.wake_ms(), clock.now_ms() + 200)))
        held = {symbol: trader.account.follower.holds(symbol) for symbol in trader.symbols}
    inbox.wait(0)
    streams.stop()
    desk.close()
    np.save(folder / "lags.npy", np.array(inbox.rows, np.int64).reshape(-1, 2))
    (folder / "bot.json").write_text(json.dumps({"held": held}))


def ending(trader: Any) -> None:
    """Wait for the line that ends it."""
    sys.stdin.readline()
    trader.stopping = True


def enter(trader: Any, strategy: str) -> None:
    """Long of every symbol, with a stop that is far away."""
    from runner.model.following import Told
    from runner.model.plan import empty_plans

    for symbol, price in PRICES.items():
        row = empty_plans(1)
        row["time"], row["side"], row["reference_price"] = trader.account.follower.time_ms, 1, float(price)
        row["sizing_method"], row["sizing_value"], row["stop"] = 0, SIZES[symbol], float(price) * 0.95
        number = trader.account.add_plan(symbol, strategy, row[0])
        trader.account.tell(Told.CONSIDER, trader.account.follower.time_ms, symbol, plan=number, price=float(price))
        trader.work([])
        if not trader.account.follower.holds(symbol):
            raise SystemExit(f"no position in {symbol}")


def timed(folder: Path) -> Any:
    """The inbox of a live bot that also writes down how old each message was when the round that took it had ended."""
    from runner.live.clock import WallClock
    from runner.live.inbox import QueueInbox
    from runner.model.trading import CandleSeen, PriceSeen, Seen

    class Timed(QueueInbox):
        """Candles carry no time of their own: they are as old as the ticker before them."""

        def __init__(self) -> None:
            super().__init__(WallClock())
            self.rows, self.counting = array("q"), False
            self.batch: Sequence[Seen] = []
            self.at_ms = self.quiet = 0
            self.count = (folder / "count").open("w")

        def wait(self, until_ms: int) -> Sequence[Seen]:
            self.note()
            self.batch = super().wait(until_ms)
            return self.batch

        def note(self) -> None:
            """The round is over."""
            now = time.time_ns() // 1_000_000
            for seen in self.batch if self.counting else ():
                if isinstance(seen, PriceSeen):
                    self.at_ms = seen.at_ms
                if isinstance(seen, PriceSeen | CandleSeen):
                    self.rows.append(now)
                    self.rows.append(now - self.at_ms)
            if self.batch and self.counting:
                self.count.seek(0)
                self.count.write(str(len(self.rows) // 2))
                self.count.flush()

        def rest(self) -> None:
            """Count from now on if nothing has come for a while."""
            self.quiet = 0 if self.batch else self.quiet + 1
            if self.quiet > 20:  # rounds of a fiftieth of a second
                self.counting = True
                self.batch = []

    return Timed()


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]))
