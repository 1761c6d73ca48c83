"""Serve an exchange in a thread of this process: `with served(Service(...)) as exchange: ... exchange.http`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from runner.rehearsal.core.exchange import Exchange
from runner.rehearsal.face.front import Front
from runner.rehearsal.face.wire import Wire
from runner.rehearsal.pace import stroll
from runner.rehearsal.service import Service

LOOPBACK = "127.0.0.1"
PATIENCE_S = 10.0


class Served:
    """A running server. `http` and `ws` are its addresses, `core` the exchange behind it (touch it through `call`)."""

    def __init__(self, service: Service | None = None) -> None:
        self.front = Front(service or Service())
        self.wire = Wire(self.front)
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready, self._end = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="exchange", daemon=True)
        self._problem: OSError | None = None
        self.broken: Exception | None = None  # what ended the showing before its end
        self._thread.start()
        self._ready.wait(PATIENCE_S)
        if self._problem is not None:
            raise self._problem

    @property
    def core(self) -> Exchange:
        """The exchange itself."""
        return self.front.exchange

    @property
    def http(self) -> str:
        """The address of its HTTP side."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def ws(self) -> str:
        """The address of its streams."""
        return f"ws://{LOOPBACK}:{self.port}"

    def call[T](self, work: Callable[[], T]) -> T:
        """Do something with the exchange in its own thread; what it has to tell goes out afterwards."""

        async def inside() -> T:
            try:
                return work()
            finally:
                self.wire.flush()

        return self._in(inside())

    def price(self, symbol: str, last: str, *, mark: str | None = None, jump: bool = True) -> None:
        """The market goes to a price: at once, or trading its way there. `mark`: where the mark stands; as the last price when None."""
        self.call(lambda: self.wire.go(symbol, Decimal(last), None if mark is None else Decimal(mark), jump=jump))

    def advance(self, ms: int) -> None:
        """Time goes on, where it stands still otherwise."""
        self.call(lambda: self.front.advance(ms))

    def stop(self) -> None:
        """Close every socket and end the thread. Raises what broke the showing off, if anything did."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join(PATIENCE_S)
        broken, self.broken = self.broken, None
        if broken is not None:
            raise broken

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _in[T](self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _show(self) -> None:
        """Walk the replay, where there is one; whoever waits is told when it cannot go on."""
        wire = self.wire
        if wire.walk is None or self.front.service.pace == "still":
            return
        try:
            if self.front.service.pace == "lockstep":
                await wire.pace.run(wire.walk.moves())
            else:
                await stroll(wire, wire.walk.moves())
        except Exception as broken:  # noqa: BLE001 - it is raised again where the exchange is stopped
            self.broken = broken
            await wire.pace.finish()

    async def _serve(self) -> None:
        runner = web.ServerRunner(web.Server(self.wire.handle), shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, LOOPBACK, self.front.service.port)
            try:
                await site.start()
            except OSError as problem:
                self._problem = problem
                return
            self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]  # noqa: SLF001
            show = asyncio.create_task(self._show())
            self._ready.set()
            await self._end.wait()
            show.cancel()
            await self.wire.close()
        finally:
            self._ready.set()
            await runner.cleanup()


def served(service: Service | None = None) -> Served:
    """A running exchange; stop it, or use it in a `with`."""
    return Served(service)
