"""A receiver on loopback that keeps what it is sent, and misbehaves when it is told to."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

TOKEN = "hush-hush-token"  # noqa: S105 - nobody's


@dataclass
class Receiver:
    """Messages as they came in. ways: how the next ones are answered, by status, "hang" or "reset"; 200 after the last."""

    url: str = ""
    came: list[dict[str, Any]] = field(default_factory=list)  # whatever was answered
    taken: list[dict[str, Any]] = field(default_factory=list)  # answered with 200
    ways: list[int | str] = field(default_factory=list)
    slow_s: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def text(self) -> str:
        """Everything that was taken."""
        return "\n".join(f"{each['title']}\n{each['message']}" for each in self.taken)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self) -> None:
        """Keep it, and answer as wanted."""
        receiver = cast("Server", self.server).receiver
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        receiver.came.append(body)
        way = receiver.ways.pop(0) if receiver.ways else 200
        time.sleep(receiver.slow_s)
        if way == "hang":
            receiver.ended.wait(20)
            return
        if way == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        if way == 200:
            receiver.taken.append(body)
        self.send_response(int(way))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """With what it has received; whoever hangs up in the middle is no news."""

    daemon_threads = True
    receiver: Receiver

    def handle_error(self, *_: object) -> None:
        """The other side was killed."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver while inside; its URL for Apprise holds a token that nobody may see."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.receiver = Receiver(url=f"json://127.0.0.1:{server.server_address[1]}/{TOKEN}?cto=1&rto=1")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.receiver
        finally:
            server.receiver.ended.set()
            server.shutdown()
            thread.join()
