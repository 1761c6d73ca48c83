"""An exchange on this machine whose bars a test shows one by one, and `runner` as a process of its own that trades at it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from runner.rehearsal.core.setup import Setup
from runner.rehearsal.replay import Replay, Tape
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import KEY, SECRET, Key, Service
from tests.command import written
from tests.forked import Forked

MINUTE = 60_000
KNOWN = 60  # bars before the first one shown
KEYS = {"T_KEY": KEY, "T_SECRET": SECRET}
RISES = (100.0, 100.6, 99.9, 100.5)  # the averages cross upwards at its close
FLAT = (100.0, 100.1, 99.9, 100.0)
UP = (100.5, 100.7, 100.3, 100.5)
ACCOUNT = """\
defaults:
  - own_money
  - _self_
name: mine
venue: {endpoint: '%s', leverage: 10}
secrets: {key: T_KEY, secret: T_SECRET}
"""
FIRM = """\
defaults:
  - /firm@program: hyrotrader/2step
  - /venue@venue: bybit_demo
  - _self_
name: mine
size: 10000
currency: USDT
phase: challenge
variant: swing
purchased: '2026-10-01'
venue: {endpoint: '%s', leverage: 10}
gate: {enabled: false}
secrets: {key: T_KEY, secret: T_SECRET}
"""
STRATEGY = """\
defaults:
  - ema_cross
  - _self_
name: quick
symbols: [BTCUSDT]
timeframe: 1m
entry: {fast: 2, slow: 3}
"""
TRADES = ("+strategy=quick", "+account=mine", "mode.history=50")


def tape(shown: Sequence[tuple[float, ...]]) -> Tape:
    """Quiet bars that end about now, then those that are shown."""
    now = time.time_ns() // 1_000_000
    prices = np.array([FLAT] * KNOWN + list(shown))
    times = (now // MINUTE - KNOWN) * MINUTE + MINUTE * np.arange(len(prices), dtype=np.int64)
    columns = {"open": prices[:, 0], "high": prices[:, 1], "low": prices[:, 2], "close": prices[:, 3]}
    return Tape(symbol="BTCUSDT", open_time=times, close_time=times + MINUTE, volume=np.ones(len(prices)), first=KNOWN, **columns)


@dataclass
class Venue:
    """The exchange, the moves of its market that are still to come, and a user's folder with an account at it."""

    exchange: Served
    home: Path
    moves: Iterator[Any]
    processes: list[Forked] = field(default_factory=list)

    def show(self, bars: int = 1) -> None:
        """The market goes on until so many more bars have ended and the next one has opened, or nothing is left."""
        walk, front = self.exchange.wire.walk, self.exchange.front
        assert walk is not None
        until = int(walk.replay.tapes[0].close_time[KNOWN + walk.bars_done + bars - 1])
        for move in self.moves:
            at = move if isinstance(move, int) else front.exchange.now_ms
            self.exchange.call(lambda at=at: front.exchange.to(at))  # type: ignore[misc]
            if move is None and self.now_ms >= until and front.candles["BTCUSDT"].rows[-1].start_ms == self.now_ms:
                return

    @property
    def now_ms(self) -> int:
        """The venue's time."""
        return self.exchange.core.now_ms

    @property
    def fills(self) -> int:
        """Executions so far."""
        return len(self.exchange.core.state.fills)

    @property
    def sent(self) -> list[str]:
        """The orders that were sent, as the exchange saw them."""
        rows = self.exchange.core.state.log
        return [row["body"] for row in rows if row["kind"] == "request" and row["path"] == "/v5/order/create"]

    def start(self, *words: str, **environment: str) -> Process:
        """`runner words…` in a process of its own."""
        process = Process(self.home, words, {**KEYS, **environment})
        self.processes.append(process.running)
        return process


class Process:
    """A running command. What it says goes into files of its own beside the home."""

    def __init__(self, home: Path, words: Sequence[str], environment: dict[str, str]) -> None:
        number = len(list(home.parent.glob("said-*")))
        self.home, self.said = home, home.parent / f"said-{number}"
        inherited = {name: value for name, value in os.environ.items() if name != "RUNNER_HOME"}
        root = str(Path(__file__).parents[2])
        self.said.touch()
        self.running = Forked(words, folder=home, environment=inherited | {"PYTHONPATH": root} | environment, said=self.said)

    @property
    def text(self) -> str:
        """Everything it has said."""
        return self.said.read_text()

    def says(self, word: str, seconds: float = 120.0) -> None:
        """Wait until it has said something; it must not end before."""
        awaited(lambda: word in self.text or self.running.poll() is not None, seconds, lambda: self.text)
        assert word in self.text, self.text

    def ends(self, seconds: float = 120.0) -> int:
        """Its exit status."""
        return self.running.wait(seconds)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit status, within a minute: a machine may be busy."""
        self.running.send_signal(number)
        return self.ends(60.0)


def awaited(ready: Callable[[], bool], seconds: float = 60.0, said: Callable[[], str] = lambda: "") -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, said()
        time.sleep(0.02)


@contextmanager
def venue(
    folder: Path,
    shown: Sequence[tuple[float, ...]] = (RISES, UP, UP, UP),
    *,
    account: str = ACCOUNT,
    strategy: str = STRATEGY,
    key: Key | None = None,
    **setup: Any,
) -> Iterator[Venue]:
    """An exchange that stands half a bar before the first one shown, and a home beside it; every process is ended."""
    given: dict[str, Any] = {"isolated": True, "leverage": Decimal(10)} | setup
    terms = Setup(**given)
    service = Service(
        pace="still",
        window=False,
        limited=False,
        setup=terms,
        keys={KEY: key or Key(secret=SECRET)},
        replay=Replay(tapes=(tape(shown),)),
    )
    with served(service) as exchange:
        files = {"accounts/mine.yaml": account % exchange.http, "conf/strategy/quick.yaml": strategy}
        walk = exchange.wire.walk
        assert walk is not None
        place = Venue(exchange=exchange, home=written(folder / "home", files), moves=walk.moves())
        try:
            yield place
        finally:
            for process in place.processes:
                if process.poll() is None:
                    process.kill()
                process.wait()


@contextmanager
def without(place: Venue, first: int, last: int) -> Iterator[None]:
    """The venue has lost some of its candles meanwhile."""
    rows = place.exchange.front.candles["BTCUSDT"].rows
    lost = rows[first:last]
    place.exchange.call(lambda: rows.__delitem__(slice(first, last)))
    yield
    place.exchange.call(lambda: rows.__setitem__(slice(first, first), lost))
