"""The venue's front: takes one request after the other to the exchange, and turns what happens there into the frames of its streams."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from runner.rehearsal.core.candles import Candles
from runner.rehearsal.core.exchange import Exchange
from runner.rehearsal.core.refusal import RefusalError
from runner.rehearsal.core.state import Event
from runner.rehearsal.face.asked import Asked
from runner.rehearsal.face.codes import CodeError, code_of
from runner.rehearsal.face.gate import Counter, admit
from runner.rehearsal.face.routes import ROUTES, Route
from runner.rehearsal.face.rows import Json, fill_event, order_event, position_event, symbol, wallet_row
from runner.rehearsal.face.words import plain
from runner.rehearsal.faults import Faults
from runner.rehearsal.service import Service

PRINTS = 1000
NOT_FOUND = 404
type Headers = Mapping[str, str]


class Reply(NamedTuple):
    """An answer before it goes onto the wire."""

    status: int
    body: bytes
    headers: dict[str, str]


class Frame(NamedTuple):
    """Something for everybody who subscribed to `topic`."""

    public: bool
    spot: bool
    topic: str
    text: str


class Front:
    """One venue: the exchange behind it, its candles and trades, its counters. No sockets: those call it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        start = int(time.time() * 1000) if service.pace == "wall" else service.setup.start_ms
        self.exchange = Exchange(service.setup)
        self.exchange.state.now_ms = start
        self.began = (time.monotonic(), start)
        self.skew_ms = 0  # how far the venue's stated clock is off
        self.recent = True  # whether orders that are over are still in the live list
        self.counter = Counter()
        keys = list(self.exchange.state.markets)
        self.candles = {key: Candles(service.candle_ms) for key in keys}
        self.prints: dict[str, deque[Json]] = {key: deque(maxlen=PRINTS) for key in keys}
        self.funding: dict[str, list[tuple[int, Any]]] = {key: [] for key in keys}
        self.told: dict[str, Json] = {}  # the last ticker of each market
        self.frames = 0
        self.faults = Faults(service.storm, self.exchange, service.setup.seed)

    def set_time(self, now_ms: int) -> None:
        """The venue's time is another one, before anything has happened."""
        self.exchange.state.now_ms = now_ms
        self.began = (time.monotonic(), now_ms)

    def advance(self, ms: int) -> None:
        """The venue's time goes on by so much."""
        began, start = self.began
        self.began = (began, start + ms)
        self.exchange.to(self.exchange.now_ms + ms)

    def latency(self) -> None:
        """In lockstep each request takes some of the venue's time."""
        if self.service.pace == "lockstep":
            self.exchange.to(self.exchange.now_ms + self.exchange.state.chance.randint(*self.service.latency_ms))

    def tick(self) -> int:
        """The venue's time now: where it follows this computer's clock, it is moved first."""
        if self.service.pace == "wall":
            began, start = self.began
            self.exchange.to(start + int((time.monotonic() - began) * 1000 * self.service.speed))
        return self.exchange.now_ms

    def answer(self, method: str, path: str, query: str, body: bytes, headers: Headers) -> Reply:
        """The venue's answer to one request."""
        self.tick()
        route = ROUTES.get((method, path))
        self.exchange.state.note("request", method=method, path=path, query=query, body=body.decode("utf-8", "replace"))
        if self.service.limited and self.counter.banned(self.exchange.now_ms):
            return self.refused(403, "access too frequent, please try again later")
        if route is None or (self.service.environment == "demo" and not route.demo):
            return self.missing(route, path)
        left, reset = self.count(path, route)
        extra = {"X-Bapi-Limit": str(route.limit), "X-Bapi-Limit-Status": str(max(left, 0)), "X-Bapi-Limit-Reset-Timestamp": str(reset)}
        try:
            result, code, said = self.work(route, method, query, body, headers) if left >= 0 else too_many(), 0, "OK"
        except CodeError as error:
            result, code, said = {}, error.code, error.message
        except RefusalError as error:
            result, code, said = {}, code_of(error, spot=b'"spot"' in body or "category=spot" in query), error.message
        self.exchange.state.note("answer", method=method, path=path, code=code, said=said)
        return Reply(200, self.envelope(code, said, result), extra if route.limit else {})

    def missing(self, route: Route | None, path: str) -> Reply:
        """What is not served here."""
        self.exchange.state.note("answer", path=path, code=NOT_FOUND if route is None else 10032, said="not served")
        if route is None:
            return Reply(NOT_FOUND, b"404 page not found", {"Content-Type": "text/plain"})
        return Reply(200, self.envelope(10032, "Demo trading are not supported.", {}), {})

    def refused(self, status: int, said: str) -> Reply:
        """A refusal by HTTP status alone."""
        self.exchange.state.note("answer", path="", code=status, said=said)
        return Reply(status, said.encode(), {"Content-Type": "text/plain"})

    def count(self, path: str, route: Route) -> tuple[int, int]:
        """What is left of an endpoint's quota, and when it is renewed."""
        now = self.exchange.now_ms
        if not route.limit or not self.service.limited:
            return route.limit, now
        return self.counter.take(path, route.limit, now)

    def work(self, route: Route, method: str, query: str, body: bytes, headers: Headers) -> Json:
        """Check who asks and what, and let the exchange do it."""
        values: dict[str, Any] = {}
        if route.private:
            payload = query if method == "GET" else body.decode("utf-8", "replace")
            now = self.exchange.now_ms + self.skew_ms if self.service.window else None
            key = admit(self.service.keys, headers, payload, now)
            if route.writes and self.service.keys[key].read_only:
                raise CodeError(10005, "Permission denied, please check your API key permissions.")
            values["__key"] = key
        return route.answer(self, Asked(read(method, query, body) | values))

    def envelope(self, code: int, said: str, result: Json) -> bytes:
        """The frame around every answer."""
        whole = {"retCode": code, "retMsg": said, "result": result, "retExtInfo": {}, "time": self.exchange.now_ms + self.skew_ms}
        return json.dumps(whole, separators=(",", ":")).encode()

    # --- streams ----------------------------------------------------------------------------------------------------

    def drain(self) -> list[Frame]:
        """The frames of everything that has happened since the last call."""
        return [frame for event in self.exchange.drain() if (frame := self.frame(event)) is not None]

    def frame(self, event: Event) -> Frame | None:
        """One event as the streams tell it."""
        state = self.exchange.state
        market = state.markets.get(event.market)
        if event.kind == "order" and market is not None:
            return self.private("order", order_event(market, event.data), event)
        if event.kind == "fill" and market is not None:
            self.print(event)
            return self.private("execution", fill_event(market, event.data), event)
        if event.kind == "position" and market is not None:
            return self.private("position", position_event(state, market, event.data), event)
        if event.kind == "wallet":
            return self.private("wallet", wallet_row(state), event)
        return None

    def print(self, event: Event) -> None:
        """Our own fills are trades of the market too."""
        fill = event.data
        if fill.word == "Funding":
            return
        row = {
            "execId": fill.id,
            "symbol": symbol(fill.market),
            "price": plain(fill.price),
            "size": plain(fill.quantity),
            "side": "Buy" if (fill.side > 0) != fill.maker else "Sell",
            "time": str(fill.at_ms),
            "isBlockTrade": False,
            "isRPITrade": False,
            "seq": str(fill.number),
        }
        self.prints[fill.market].append(row)

    def private(self, topic: str, row: Json, event: Event) -> Frame:
        """A frame of the private stream."""
        self.frames += 1
        whole = {"id": f"rehearsal-{self.frames}", "topic": topic, "creationTime": event.at_ms + self.skew_ms, "data": [row]}
        return Frame(public=False, spot=event.market.startswith("spot:"), topic=topic, text=json.dumps(whole, separators=(",", ":")))


def too_many() -> Json:
    """One request too many for an endpoint."""
    raise CodeError(10006, "Too many visits. Exceeded the API Rate Limit.")


def read(method: str, query: str, body: bytes) -> dict[str, Any]:
    """The parameters of a request; refuses a body that is no object."""
    if method == "GET":
        return dict(parse_qsl(query, keep_blank_values=True))
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        raise CodeError(10001, "params error: body is not JSON") from None
    if not isinstance(values, dict):
        raise CodeError(10001, "params error: body is not an object")
    return values
