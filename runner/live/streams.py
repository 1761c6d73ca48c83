"""The streams of an account kept alive: connect, log in, subscribe, watch, and start over when one is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loguru import logger

from runner.live.clock import Clock, WallClock
from runner.live.keys import REDACTOR, Keys
from runner.live.stream import PING_S, PONG_S, Channel, Link, LostError, Stream
from runner.model.trading import Seen, StreamTurn
from runner.wire.bybit import BybitDialect


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long what is waited for. Real milliseconds: sockets live in the machine's time whatever the venue's is.

    first_ms, most_ms: the wait before connecting again, doubled up to the most. silence_ms: nothing heard for so long, pongs included, is
    a loss. market_silence_ms: so is a public stream that answers pings and tells nothing of the market. steady_ms: a connection that lived
    so long was a good one; the next wait is the first again.
    """

    first_ms: int = 1_000
    most_ms: int = 300_000
    silence_ms: int = 45_000
    market_silence_ms: int = 300_000
    steady_ms: int = 60_000
    watch_ms: int = 250
    ping_s: float = PING_S
    pong_s: float = PONG_S


class Line(threading.Thread):
    """One channel, connected again and again until it is stopped."""

    def __init__(self, link: Link, topics: Sequence[str], put: Callable[[Seen], None], clock: Clock, patience: Patience) -> None:
        super().__init__(name=f"stream-{link.channel}", daemon=True)
        self._log = logger.bind(environment=link.dialect.environment, **({"account": link.account} if link.account else {}))
        self._link, self._topics, self._put = link, tuple(topics), put
        self._clock, self._patience = clock, patience
        self._stopping = threading.Event()
        self._stream: Stream | None = None
        self._told_up: bool | None = None
        self.heard_ms: int | None = None  # of the last frame with a topic, on the clock

    def run(self) -> None:
        """Connect, watch, wait, connect again."""
        wait_ms = self._patience.first_ms
        while not self._stopping.is_set():
            started_s = time.monotonic()
            why = self._life()
            if self._stopping.is_set():
                return
            self._tell(up=False, why=why)
            if (time.monotonic() - started_s) * 1000 >= self._patience.steady_ms:
                wait_ms = self._patience.first_ms
            self._log.warning("stream {} lost: {}; again in {} ms", self._link.channel, why, wait_ms)
            self._stopping.wait(wait_ms / 1000)
            wait_ms = min(wait_ms * 2, self._patience.most_ms)

    def stop(self) -> None:
        """End it; nothing is put afterwards."""
        self._stopping.set()
        stream = self._stream
        if stream is not None:
            stream.cut("stopped")
        if self.is_alive():
            self.join()

    def renew(self, why: str) -> None:
        """Give the connection up for another one."""
        stream = self._stream
        if stream is not None:
            stream.cut(why)

    def frames(self) -> dict[str, int]:
        """How many frames with a topic came over the open connection, by the name the venue gave it."""
        stream = self._stream
        return {stream.conn_id: stream.frames} if stream is not None and stream.conn_id and not stream.lost.is_set() else {}

    @property
    def up(self) -> bool:
        """Whether it is connected, logged in and subscribed."""
        return self._told_up is True

    def _life(self) -> str:
        """One connection from its start to its end; gives why it ended."""
        try:
            self._stream = Stream(self._link, self._heard)
        except LostError as lost:
            return lost.title
        try:
            if self._stopping.is_set():
                return "stopped"
            self._stream.open(self._topics)
            self._tell(up=True)
            return self._watch(self._stream)
        except LostError as lost:
            return lost.title
        finally:
            self._stream.cut()
            self._stream = None

    def _watch(self, stream: Stream) -> str:
        while not self._stopping.is_set() and not stream.lost.wait(self._patience.watch_ms / 1000):
            if stream.silent_ms() > self._patience.silence_ms:
                return f"nothing heard for {stream.silent_ms()} ms"
            if self._link.channel == "public" and stream.untold_ms() > self._patience.market_silence_ms:
                return f"nothing told of the market for {stream.untold_ms()} ms"
        return stream.why

    def _heard(self, frame: Mapping[str, Any]) -> None:
        if self._stopping.is_set():
            return
        self.heard_ms = self._clock.now_ms()
        for seen in self._link.dialect.seen(frame):
            self._put(seen)

    def _tell(self, *, up: bool, why: str = "") -> None:
        """Say that the channel came up or went down; the same is not said twice."""
        if up or self._told_up is not False:
            self._told_up = up
            self._put(StreamTurn(channel=self._link.channel, up=up, at_ms=self._link.venue_ms(), why=why))


class Streams:
    """Public and private streams of an account. Everything seen is handed to `put` in the threads of the connections, StreamTurns included.

    keys: None leaves the private stream out. venue_ms: the venue's time, as the desk knows it
    (`desk.rest.offset.venue_ms`). account: whose log lines these are.
    """

    def __init__(  # noqa: PLR0913 - who, what, where to, and four that have defaults
        self,
        dialect: BybitDialect,
        keys: Keys | None,
        symbols: Sequence[str],
        timeframes_ms: Sequence[int],
        put: Callable[[Seen], None],
        *,
        clock: Clock | None = None,
        venue_ms: Callable[[], int] | None = None,
        patience: Patience | None = None,
        account: str = "",
    ) -> None:
        if keys is not None:
            REDACTOR.learn(keys)
        self._clock = clock or WallClock()
        self._venue_ms = venue_ms or self._clock.now_ms
        patience = patience or Patience()
        topics: dict[Channel, list[str]] = {"public": dialect.public_topics(tuple(symbols), tuple(timeframes_ms))}
        if keys is not None:
            topics["private"] = dialect.private_topics
        self.lines: dict[Channel, Line] = {}
        for channel, wanted in topics.items():
            link = Link(
                channel=channel,
                dialect=dialect,
                keys=keys,
                venue_ms=self._venue_ms,
                account=account,
                ping_s=patience.ping_s,
                pong_s=patience.pong_s,
            )
            self.lines[channel] = Line(link, wanted, put, self._clock, patience)

    def start(self) -> None:
        """Connect; a StreamTurn tells when each channel is up."""
        for line in self.lines.values():
            line.start()

    def stop(self) -> None:
        """End all connections and their threads."""
        for line in self.lines.values():
            line.stop()

    def renew(self, channel: Channel, why: str) -> None:
        """Give a channel's connection up for another one: it goes down, and comes up with everything to be asked anew."""
        self.lines[channel].renew(why)

    def up(self) -> bool:
        """Whether every channel is connected, logged in and subscribed."""
        return all(line.up for line in self.lines.values())

    def frames(self) -> dict[str, int]:
        """For each open connection, by the name the venue gave it, how many frames with a topic have been put."""
        return {name: count for line in self.lines.values() for name, count in line.frames().items()}

    def silent_ms(self, now_ms: int) -> dict[Channel, int | None]:
        """How long ago each channel last told something, on the clock; None where it never did."""
        heard = {channel: line.heard_ms for channel, line in self.lines.items()}
        return {channel: None if at_ms is None else max(now_ms - at_ms, 0) for channel, at_ms in heard.items()}
