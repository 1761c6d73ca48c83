"""HTTP and websockets on one port: requests to the front, frames to the hub, and the control channel beside the venue's paths."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from heapq import heappop, heappush

from aiohttp import web

from runner.rehearsal.core.state import Market
from runner.rehearsal.face import streams
from runner.rehearsal.face.broken import Request, arrives, struck
from runner.rehearsal.face.control import control
from runner.rehearsal.face.front import Frame, Front, Reply
from runner.rehearsal.face.hub import Hub
from runner.rehearsal.face.words import INTERVALS_MS
from runner.rehearsal.mishaps import strike
from runner.rehearsal.pace import NEVER, Pace
from runner.rehearsal.replay import Walk

CHANNELS = {"/v5/public/linear": "linear", "/v5/public/spot": "spot", "/v5/private": "private"}


class Wire:
    """What aiohttp calls for each request."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.hub = Hub(front)
        front.faults.whole = self.hub.whole
        self.waiting: deque[tuple[float, list[Frame]]] = deque()
        self.late: list[tuple[int, int, Frame]] = []  # by the venue's time
        self.watch: Callable[[str, Request], bool] = lambda _stage, _asked: False  # sees each request; True: nobody waits for it any more
        self.pace = Pace(self)
        self.walk = Walk(front.service.replay, front, self.hub, self.strike) if front.service.replay is not None else None

    def strike(self) -> None:
        """Let the schedule have its way between two instants."""
        strike(self)

    def lag_s(self) -> float:
        """How long the streams lag behind an answer, in this computer's seconds."""
        return self.front.service.stream_delay_ms / 1000 if self.front.service.pace == "wall" else 0.0

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request of any kind."""
        path = request.path
        if path in CHANNELS:
            if self.front.tick() < self.front.faults.refuse_streams_until:
                return await self.send(request, Reply(503, b"", {}))
            return await self.hub.serve(request, CHANNELS[path])
        if path == "/control":
            return await self.pace.join(request)
        body = await request.read() if request.can_read_body else b""
        asked = Request(request.method, path, request.raw_path.partition("?")[2], body)
        if path.startswith("/control/"):
            return await self.send(request, control(self, *asked))
        return await self.venue(request, asked)

    async def venue(self, request: web.BaseRequest, asked: Request) -> web.StreamResponse:
        """A request of the venue's own: answered as it should be, or as a fault has it."""
        front, given = self.front, self.hub.given
        if self.watch("arrived", asked):
            return cut(request)
        front.latency()
        kind = front.faults.request(asked.method, asked.path)
        good = front.answer(*asked, request.headers) if not kind or arrives(kind) else None
        front.faults.struck = False
        reply = good if good is not None and not kind else struck(front, kind, asked, good)
        if front.service.stream_first:
            self.flush()
            await asyncio.sleep(0.005)
        if reply.status == 0:
            await self.pace.tell_all()
            self.flush()
            if front.service.pace == "wall" and kind.endswith("timeout"):
                await asyncio.sleep(front.service.timeout_ms / 1000 * 1.1)
            return cut(request)
        if self.watch("handled", asked):
            return cut(request)
        response = await self.send(request, reply)
        self.watch("answered", asked)
        self.flush(self.lag_s())
        if front.service.pace == "lockstep" and self.hub.given != given:
            await self.pace.tell_all()
        self.watch("told", asked)
        return response

    @staticmethod
    async def send(request: web.BaseRequest, reply: Reply) -> web.Response:
        """Write the whole answer now, so that whatever follows is later on the wire."""
        headers = {"Content-Type": "application/json"} | reply.headers
        response = web.Response(status=reply.status, body=reply.body, headers=headers)
        await response.prepare(request)
        await response.write_eof()
        return response

    def flush(self, delay_s: float = 0.0) -> None:
        """Send what has happened to everybody who listens, after a while but always in the order it happened."""
        frames = self.front.drain()
        if self.walk is not None:
            frames += self.walk.take()
        if frames:
            self.publish(self.disturbed(frames), delay_s)

    def disturbed(self, frames: list[Frame]) -> list[Frame]:
        """The frames as faults leave them: twice, later, in another order, or not at all."""
        found: list[Frame] = []
        for frame in frames:
            kind, late_ms = self.front.faults.frame()
            if kind == "frame_late":
                heappush(self.late, (self.front.exchange.now_ms + late_ms, self.front.exchange.state.number(), frame))
            elif kind == "frame_swapped":
                found.insert(max(0, len(found) - 1), frame)
            elif kind != "frame_lost":
                found += [frame] * (2 if kind == "frame_twice" else 1)
        return found

    def candle_ms(self) -> int:
        """The length of a bar of what is shown."""
        return self.front.service.replay.base_ms if self.front.service.replay is not None else self.front.service.candle_ms

    def due(self) -> int:
        """When the next late frame goes out, the venue's time; never when there is none."""
        return self.late[0][0] if self.late else NEVER

    async def overdue(self) -> None:
        """Send the late frames whose time has come."""
        while self.late and self.late[0][0] <= self.front.exchange.now_ms:
            self.publish([heappop(self.late)[2]])

    def publish(self, frames: list[Frame], delay_s: float = 0.0) -> None:
        """Send frames after a while, never before those that wait already."""
        if not self.waiting and delay_s == 0.0:
            self.hub.publish(frames)
            return
        loop = asyncio.get_running_loop()
        due = max(loop.time() + delay_s, self.waiting[-1][0] if self.waiting else 0.0)
        self.waiting.append((due, frames))
        loop.call_at(due, self.release)

    def release(self) -> None:
        """Send what has waited long enough."""
        now = asyncio.get_running_loop().time() + 1e-4
        while self.waiting and self.waiting[0][0] <= now:
            self.hub.publish(self.waiting.popleft()[1])

    def told(self, market: Market) -> None:
        """Tell of a market's new price: ticker, print, forming candles."""
        front, key = self.front, market.listing.key
        front.candles[key].trade(front.exchange.now_ms, float(market.last))
        self.flush()
        frames = [streams.ticker(front, market), streams.trades(front, market, str(market.last), str(market.listing.min_quantity))]
        self.publish([*frames, *self.forming(market)])

    def forming(self, market: Market) -> list[Frame]:
        """The candles that are forming, for those who listen."""
        key, front = market.listing.key, self.front
        found = []
        for word in sorted(self.hub.intervals(market.listing.symbol, "spot" if market.listing.spot else "linear")):
            newest = front.candles[key].newest(INTERVALS_MS.get(word, 1), None, None, 1)
            found += [streams.kline(front, market, word, candle, confirm=candle.end_ms <= front.exchange.now_ms) for candle in newest]
        return found

    def go(self, symbol: str, last: Decimal, mark: Decimal | None, *, jump: bool) -> None:
        """Bring a market to a price, and tell of it."""
        self.front.tick()
        exchange = self.front.exchange
        move = exchange.jump if jump else exchange.travel
        for _ in move(symbol, last, by_mark=mark is None):
            self.flush()
        if mark is not None:
            exchange.set_mark(symbol, mark)
        self.told(exchange.state.market(symbol))

    async def close(self) -> None:
        """End every stream."""
        for connection in list(self.hub.connections.values()):
            await connection.socket.close()


def cut(request: web.BaseRequest) -> web.Response:
    """End the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
