"""Real web servers on loopback that hold files of bars: one that lists its folders, one that does not, and one that misbehaves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextmanager
def serving(app: web.Application) -> Iterator[str]:
    """The address of a server of this application; it ends with the block."""
    loop, ready, address = asyncio.new_event_loop(), threading.Event(), []

    async def begin() -> web.AppRunner:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        address.append("http://{}:{}".format(*runner.addresses[0][:2]))
        return runner

    def live() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(begin())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=live, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


class Counted:
    """What was asked for, as `GET /path`, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @web.middleware
    async def note(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """Pass a request on, and remember it."""
        self.asked.append(f"{request.method} {request.path}")
        return await handler(request)

    def got(self, end: str = ".parquet") -> list[str]:
        """The files that were transferred."""
        return [line.removeprefix("GET ") for line in self.asked if line.startswith("GET ") and line.endswith(end)]


@contextmanager
def files(folder: Path, *, lists: bool = True) -> Iterator[tuple[str, Counted]]:
    """The address of a server of a folder, which answers with ETag and ranges, and lists its folders or refuses to."""
    counted = Counted()
    app = web.Application(middlewares=[counted.note])
    app.router.add_static("/bars", folder, show_index=lists)
    with serving(app) as address:
        yield f"{address}/bars", counted


@contextmanager
def answering(answer: Answer) -> Iterator[str]:
    """The address of a server that answers everything in one way."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    with serving(app) as address:
        yield f"{address}/bars"
