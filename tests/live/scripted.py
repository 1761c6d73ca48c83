"""A venue of a few lines on loopback that answers what a test wrote down: for answers no sane exchange would give."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

TIME_NANO = "1700000000000000000"


@dataclass
class Answer:
    """One HTTP answer. body: text as it is, or anything else as JSON. cut: the connection ends without an answer."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


def good(result: Any = None, **envelope: Any) -> Answer:
    """The venue's envelope around a result."""
    return Answer(
        {"retCode": 0, "retMsg": "OK", "result": {} if result is None else result, "retExtInfo": {}, "time": 1700000000000, **envelope}
    )


def refusal(code: Any, message: str = "no", **headers: str) -> Answer:
    """The venue says no."""
    body = {"retCode": code, "retMsg": message, "result": {}, "retExtInfo": {}, "time": 1700000000000}
    return Answer(body, headers={name.replace("_", "-"): value for name, value in headers.items()})


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]
    headers: dict[str, str]


type Script = Answer | Callable[[Asked], Answer]


@dataclass
class Venue:
    """What it will answer, by path (the last one again and again), and what it was asked."""

    answers: dict[str, list[Script]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    talk: Callable[[web.WebSocketResponse, dict[str, Any], str], Any] | None = None  # answers a stream's message
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    url: str = ""
    loop: asyncio.AbstractEventLoop | None = None
    done: asyncio.Event | None = None

    def paths(self) -> list[str]:
        """Which paths were asked, the clock left out."""
        return [each.path for each in self.asked if each.path != "/v5/market/time"]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The next answer for the path."""
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._stream(request)
        text = await request.text()
        asked = Asked(request.method, request.path, dict(request.query), json.loads(text) if text else {}, dict(request.headers))
        self.asked.append(asked)
        if request.path == "/v5/market/time" and request.path not in self.answers:
            return _response(good({"timeNano": TIME_NANO}))
        script = self.answers.get(request.path) or [Answer("no such path", 404)]
        chosen = script.pop(0) if len(script) > 1 else script[0]
        answer = chosen if isinstance(chosen, Answer) else chosen(asked)
        if answer.cut and request.transport is not None:
            request.transport.abort()
        return _response(answer)

    async def _stream(self, request: web.Request) -> web.WebSocketResponse:
        stream = web.WebSocketResponse()
        await stream.prepare(request)
        self.sockets.append(stream)
        async for message in stream:
            if message.type is WSMsgType.TEXT:
                data = json.loads(message.data)
                self.heard.append((request.path, data))
                await (self.talk or polite)(stream, data, request.path)
        return stream

    def run(self, work: Any) -> Any:
        """Do something in the venue's thread and wait for it."""
        assert self.loop is not None
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(5)


async def polite(stream: web.WebSocketResponse, data: dict[str, Any], path: str) -> None:
    """Yes to everything."""
    op = data.get("op")
    if op == "ping":
        await stream.send_json({"op": "pong", "args": ["1"], "conn_id": path})
    else:
        await stream.send_json({"success": True, "ret_msg": "", "op": op, "conn_id": f"conn{path}", "req_id": data.get("req_id", "")})


def _response(answer: Answer) -> web.Response:
    text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    kind = "text/html" if isinstance(answer.body, str) else "application/json"
    return web.Response(text=text, status=answer.status, headers=dict(answer.headers), content_type=kind)


@contextmanager
def venue(answers: Mapping[str, Sequence[Script]] | None = None) -> Iterator[Venue]:
    """The venue on a free port, in a thread of its own until the end."""
    ours = Venue({path: list(script) for path, script in (answers or {}).items()})
    ready = threading.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", ours.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ours.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ours.loop = asyncio.get_running_loop()
        ours.done = asyncio.Event()
        ready.set()
        await ours.done.wait()
        for stream in ours.sockets:
            await stream.close()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(5)
    try:
        yield ours
    finally:
        assert ours.loop is not None
        assert ours.done is not None
        ours.loop.call_soon_threadsafe(ours.done.set)
        thread.join()
