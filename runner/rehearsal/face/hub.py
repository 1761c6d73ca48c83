"""The venue's streams: who is connected, who subscribed to what, and what was sent to whom."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import WSMsgType, web

from runner.rehearsal.face import streams, talk
from runner.rehearsal.face.front import Frame, Front
from runner.rehearsal.face.gate import signature
from runner.rehearsal.face.words import INTERVALS_MS

PRIVATE = {f"{topic}{kind}" for topic in ("order", "execution", "position", "wallet", "greeks") for kind in ("", ".linear", ".spot")}
PRIVATE |= {"execution.fast", "dcp.future"}
RETURN_S = 3.0  # of ours: how long a rehearsal waits for a client whose stream a fault has cut
MOST_SPOT_ARGS = 10
MOST_CHARACTERS = 21_000


class Connection:
    """One websocket. `sent`: how many data frames it was given."""

    def __init__(self, number: int, socket: web.WebSocketResponse, channel: str, transport: Any) -> None:
        self.id = f"rehearsal-{number}-{channel}"
        self.socket = socket
        self.channel = channel  # linear, spot or private
        self.transport = transport
        self.topics: set[str] = set()
        self.key = ""
        self.sent = 0
        self.frozen = False
        self.ready: list[bytes] = []
        self.ending: asyncio.Task[bool] | None = None

    def say(self, **answer: Any) -> None:
        """An answer to this connection alone."""
        self.ready.append(text_frame(json.dumps(answer)))
        self.write()

    def give(self, text: str) -> None:
        """A data frame; it goes out with the next `write`."""
        self.sent += 1
        self.ready.append(text_frame(text))

    def write(self) -> None:
        """Put everything that is ready onto the wire in one go."""
        ready, self.ready = self.ready, []
        if ready and not self.frozen and self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"".join(ready))

    def wants(self, frame: Frame) -> bool:
        """Whether it subscribed to that."""
        if frame.public:
            return self.channel == ("spot" if frame.spot else "linear") and frame.topic in self.topics
        return self.channel == "private" and (frame.topic in self.topics or categorised(frame) in self.topics)

    def worded(self, frame: Frame) -> str:
        """The frame under the topic it subscribed to."""
        if frame.public or frame.topic in self.topics:
            return frame.text
        return frame.text.replace(f'"topic":"{frame.topic}"', f'"topic":"{categorised(frame)}"', 1)

    def abort(self) -> None:
        """Cut the connection, as a failing network does."""
        if self.transport is not None:
            self.transport.abort()

    def end(self) -> None:
        """Close in good order."""
        self.ending = asyncio.ensure_future(self.socket.close())


def categorised(frame: Frame) -> str:
    """A private frame's topic with its category."""
    return f"{frame.topic}.{'spot' if frame.spot else 'linear'}"


def text_frame(text: str) -> bytes:
    """A text as one websocket frame from a server."""
    body = text.encode()
    size = len(body)
    if size < 126:
        return bytes((0x81, size)) + body
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + body
    return b"\x81\x7f" + size.to_bytes(8, "big") + body


class Hub:
    """All streams of the venue."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.connections: dict[str, Connection] = {}
        self.count = 0
        self.given = 0  # data frames, to anybody
        self.topics: frozenset[str] = frozenset()
        self.away: dict[str, float] = {}  # channels that a fault cut, and until when their return is waited for, monotonic
        self.returned: Callable[[], None] = lambda: None

    def counts(self) -> dict[str, int]:
        """How many data frames each open connection was given."""
        return {each.id: each.sent for each in self.connections.values() if not each.frozen}

    def publish(self, frames: list[Frame]) -> None:
        """Give each frame to everybody who wants it."""
        for frame in frames:
            for connection in self.connections.values():
                if connection.wants(frame):
                    self.give(connection, connection.worded(frame))
        for connection in self.connections.values():
            connection.write()

    def give(self, connection: Connection, text: str) -> None:
        """A data frame for one connection, unless it hears nothing any more."""
        if not connection.frozen:
            self.given += 1
            connection.give(text)

    def heard(self, topic: str) -> bool:
        """Whether anybody subscribed to a topic."""
        return topic in self.topics

    def lose(self, channel: str) -> None:
        """A channel was cut: its client is expected back."""
        self.away[channel] = time.monotonic() + RETURN_S

    def missed(self) -> bool:
        """Whether some client is still expected back."""
        now = time.monotonic()
        self.away = {channel: until for channel, until in self.away.items() if until > now}
        return bool(self.away)

    def learn(self) -> None:
        """Remember what is subscribed to at all."""
        self.topics = frozenset(topic for each in self.connections.values() for topic in each.topics)

    async def serve(self, request: web.BaseRequest, channel: str) -> web.WebSocketResponse:
        """One connection from its handshake to its end."""
        socket = web.WebSocketResponse(autoping=False, max_msg_size=2**22, compress=False)
        await socket.prepare(request)
        self.count += 1
        connection = Connection(self.count, socket, channel, request.transport)
        self.connections[connection.id] = connection
        self.front.exchange.state.note("stream", id=connection.id, channel=channel, up=True)
        try:
            async for message in socket:
                if connection.frozen:
                    continue
                if message.type is WSMsgType.PING:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    await self.hear(connection, message.data)
        finally:
            self.connections.pop(connection.id, None)
            self.learn()
            if connection.frozen:
                self.lose(connection.channel)
            self.front.exchange.state.note("stream", id=connection.id, channel=channel, up=False)
        return socket

    async def hear(self, connection: Connection, text: str) -> None:
        """One message of a client."""
        try:
            message = json.loads(text)
        except ValueError:
            connection.say(success=False, ret_msg="invalid JSON", conn_id=connection.id, op="")
            return
        operation, name = message.get("op"), str(message.get("req_id", ""))
        if operation == "ping":
            connection.say(**talk.pong(connection.channel, connection.id, name, self.front.tick()))
        elif operation == "auth":
            self.login(connection, message)
        elif operation == "subscribe":
            await self.subscribe(connection, name, [str(each) for each in message.get("args", [])])
        elif operation == "unsubscribe":
            connection.topics -= set(message.get("args", []))
            self.learn()
            connection.say(success=True, ret_msg="", conn_id=connection.id, req_id=name, op="unsubscribe")
        else:
            connection.say(success=False, ret_msg="op not found", conn_id=connection.id, req_id=name, op=str(operation))

    def login(self, connection: Connection, message: Mapping[str, Any]) -> None:
        """Check a login; a refused one leaves the connection without rights."""
        args, now = message.get("args", []), self.front.tick() + self.front.skew_ms
        key, expires, sign = (str(each) for each in args) if len(args) == 3 else ("", "0", "")
        known = self.front.service.keys.get(key)
        good = known is not None and expires.isdigit() and (int(expires) > now or not self.front.service.window)
        if self.front.faults.refuse_logins > 0:
            self.front.faults.refuse_logins -= 1
            good = False
        good = good and known is not None and hmac.compare_digest(signature(known.secret, f"GET/realtime{expires}"), sign)
        if good:
            connection.key = key
        said = "" if good else "Params Error" if known is None else "expires or sign error"
        connection.say(**talk.auth(connection.id, good=good, said=said))

    async def subscribe(self, connection: Connection, name: str, topics: list[str]) -> None:
        """Check and confirm a subscription, then send what a new subscriber sees first."""
        wrong = self.wrong(connection, topics)
        if self.front.service.pace != "lockstep":
            low, high = self.front.service.subscribe_delay_ms
            await asyncio.sleep(self.front.exchange.state.chance.uniform(low, high) / 1000)
        connection.say(**talk.subscribed(connection.id, name, wrong=wrong))
        if wrong:
            return
        connection.topics |= set(topics)
        self.learn()
        self.away.pop(connection.channel, None)
        self.returned()
        for topic in topics:
            self.first(connection, topic)
        connection.write()

    @staticmethod
    def wrong(connection: Connection, topics: list[str]) -> str:
        """What is wrong with a subscription; "" when nothing is."""
        if connection.channel == "private":
            if not connection.key:
                return "Request not authorized"
            if any(topic not in PRIVATE for topic in topics):
                return f"error:handler not found,topic:{next(t for t in topics if t not in PRIVATE)}"
            return "" if len({"." in topic for topic in topics}) <= 1 else "error:topics of both kinds in one request"
        if connection.channel == "spot" and len(topics) > MOST_SPOT_ARGS:
            return "args size >10"
        if sum(len(topic) for topic in topics) > MOST_CHARACTERS:
            return "args too long"
        bad = [topic for topic in topics if topic.split(".")[0] not in ("tickers", "kline", "publicTrade", "orderbook")]
        return f"error:handler not found,topic:{bad[0]}" if bad else ""

    def first(self, connection: Connection, topic: str) -> None:
        """What a new subscriber of a public topic sees at once."""
        parts = topic.split(".")
        key = f"spot:{parts[-1]}" if connection.channel == "spot" else parts[-1]
        market = self.front.exchange.state.markets.get(key)
        if market is None or connection.channel == "private":
            return
        if parts[0] == "tickers":
            self.give(connection, streams.ticker_snapshot(self.front, market).text)
        elif parts[0] == "kline" and parts[1] in INTERVALS_MS:
            found = self.front.candles[key].newest(INTERVALS_MS[parts[1]], None, None, 1)
            now = self.front.exchange.now_ms
            for candle in found:
                if candle.end_ms > now:
                    self.give(connection, streams.kline(self.front, market, parts[1], candle, confirm=False).text)

    def intervals(self, symbol: str, channel: str) -> set[str]:
        """Which candles of a symbol somebody listens to."""
        listened = {topic for each in self.connections.values() if each.channel == channel for topic in each.topics}
        return {topic.split(".")[1] for topic in listened if topic.startswith("kline.") and topic.endswith(f".{symbol}")}

    def whole(self) -> bool:
        """Whether somebody hears of orders and fills just now."""
        return any(
            {"order", "execution"} & {t.split(".")[0] for t in each.topics} and not each.frozen for each in self.connections.values()
        )
