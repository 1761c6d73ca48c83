"""HTTP and websockets on one port: requests to the front, frames to the hub, and the control channel beside the venue's paths."""

from __future__ import annotations

import asyncio
from collections import deque
from decimal import Decimal

from aiohttp import web

from runner.rehearsal.core.state import Market
from runner.rehearsal.face import streams
from runner.rehearsal.face.front import Frame, Front, Reply
from runner.rehearsal.face.hub import Hub
from runner.rehearsal.face.words import INTERVALS_MS

CHANNELS = {"/v5/public/linear": "linear", "/v5/public/spot": "spot", "/v5/private": "private"}


class Wire:
    """What aiohttp calls for each request."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.hub = Hub(front)
        self.waiting: deque[tuple[float, list[Frame]]] = deque()

    def lag_s(self) -> float:
        """How long the streams lag behind an answer, in this computer's seconds."""
        return self.front.service.stream_delay_ms / 1000 if self.front.service.pace == "wall" else 0.0

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request of any kind."""
        path = request.path
        if path in CHANNELS:
            return await self.hub.serve(request, CHANNELS[path])
        body = await request.read() if request.can_read_body else b""
        query = request.raw_path.partition("?")[2]
        reply = self.front.answer(request.method, path, query, body, request.headers)
        if self.front.service.stream_first:
            self.flush()
            await asyncio.sleep(0.005)
        response = await self.send(request, reply)
        self.flush(self.lag_s())
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
        if frames:
            self.publish(frames, delay_s)

    def publish(self, frames: list[Frame], delay_s: float = 0.0) -> None:
        """Send frames after a while, never before those that wait already."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        due = max(now + delay_s, self.waiting[-1][0] if self.waiting else 0.0)
        if due <= now and not self.waiting:
            self.hub.publish(frames)
        else:
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
