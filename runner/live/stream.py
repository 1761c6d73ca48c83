"""One connection to a venue's stream: pybit's, with our time, our subscriptions, and no way for it to die unnoticed."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

import websocket
from pybit.unified_trading import WebSocket

from runner.live.client import quiet_libraries
from runner.live.keys import REDACTOR, Keys
from runner.model.errors import RunnerError
from runner.wire.bybit import BybitDialect

LOGIN_MS = 10_000  # how long a login is valid, and how long anything is waited for
CONNECT_S = 10
ATTEMPTS = 2  # pybit gives up on the last one whether it succeeds or not; is_connected() sees to it that there is none but the first
PING_S, PONG_S = 20, 10

type Channel = Literal["public", "private"]


class LostError(RunnerError):
    """The connection is of no more use; the reason stands in the title."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where a channel is, and how often it is asked whether it is there."""

    channel: Channel
    dialect: BybitDialect
    keys: Keys | None
    venue_ms: Callable[[], int]
    account: str = ""
    ping_s: float = PING_S
    pong_s: float = PONG_S

    def options(self) -> dict[str, Any]:
        """What pybit is built with. Demo has no public streams of its own: they are those of the real venue."""
        keys = self.keys if self.channel == "private" else None
        return {
            "testnet": self.dialect.environment == "testnet",
            "demo": self.dialect.environment == "demo" and self.channel == "private",
            "api_key": keys.key.reveal() if keys else None,
            "api_secret": keys.secret.reveal() if keys else None,
            "ping_interval": self.ping_s,
            "ping_timeout": self.pong_s,
            "retries": ATTEMPTS,
            "restart_on_error": False,
        }

    def url(self, url: str) -> str:
        """The address as pybit knows it, or the same path on this machine."""
        base = self.dialect.endpoint.replace("http", "ws", 1)
        return base + url[url.index("/v5/") :] if base else url


@dataclass
class _Answers:
    """What the venue has answered to our requests, by request id."""

    login: bool | None = None
    acknowledged: set[str] = field(default_factory=set)
    refused: str = ""


class Stream(WebSocket):  # type: ignore[misc]  # pybit has no types
    """A connection that is open once built.

    frame: told every message with a topic, in the thread that reads; what it raises ends the connection. raises LostError when it cannot be
    opened.
    """

    def __init__(self, link: Link, frame: Callable[[Mapping[str, Any]], None]) -> None:
        self._link, self._frame = link, frame
        self._answers, self._changed = _Answers(), threading.Condition()
        self.lost, self.why = threading.Event(), ""
        self.conn_id, self.frames = "", 0
        self._raw: list[socket.socket] = []
        self.heard_s = self.told_s = time.monotonic()
        websocket.setdefaulttimeout(CONNECT_S)  # a peer that takes the connection and says nothing would hold us for ever
        quiet_libraries()
        try:
            super().__init__(link.dialect.category if link.channel == "public" else "private", **link.options())
            self._check()
        except Exception as error:  # noqa: BLE001 - pybit lets anything out here
            self.cut()
            raise LostError(f"cannot connect: {self.why or type(error).__name__}") from None

    def __repr__(self) -> str:
        return f"Stream({self._link.channel})"

    # --- what we do with it -------------------------------------------------------------------------------------------

    def open(self, topics: Sequence[str]) -> None:
        """Wait for the login where there is one, subscribe, and wait until every subscription is acknowledged."""
        if self._link.channel == "private":
            self._await(lambda: self._answers.login is not None, "the login was not answered")
        size = 10  # spot takes no more at once
        asked = {str(uuid4()): list(topics[start : start + size]) for start in range(0, len(topics), size)}
        for request, part in asked.items():
            self._say({"op": "subscribe", "req_id": request, "args": part})
        self._await(lambda: set(asked) <= self._answers.acknowledged, "the subscriptions were not acknowledged")

    def cut(self, why: str = "") -> None:
        """End the connection and wait for its thread."""
        self.exited = True
        self._lose(why)
        if not hasattr(self, "ws"):
            return
        self._stop_custom_ping_timer()
        self.ws.keep_running = False
        with contextlib.suppress(OSError, AttributeError, websocket.WebSocketException):
            self.ws.sock.send_close()
        for raw in self._raw:
            with contextlib.suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for data
        if threading.current_thread() is not self.wst:
            self.wst.join(timeout=CONNECT_S)
        for raw in self._raw:
            raw.close()  # the library leaves it open where the other side closed first

    def silent_ms(self) -> int:
        """How long nothing was heard, pongs included, by a clock that never jumps."""
        return round((time.monotonic() - self.heard_s) * 1000)

    def untold_ms(self) -> int:
        """How long no frame with a topic came, by the same clock."""
        return round((time.monotonic() - self.told_s) * 1000)

    def _say(self, message: dict[str, Any]) -> None:
        try:
            self.ws.send(json.dumps(message))
        except (OSError, websocket.WebSocketException, AttributeError) as error:
            raise LostError(f"cannot send: {type(error).__name__}") from None

    def _await(self, done: Callable[[], bool], otherwise: str) -> None:
        """Wait until something was answered; LostError when it was refused, came too late or the connection is gone."""
        with self._changed:
            self._changed.wait_for(lambda: done() or self.lost.is_set() or self._answers.refused, LOGIN_MS / 1000)
            if self._answers.refused or self.lost.is_set():
                raise LostError(self._answers.refused or self.why)
            if not done():
                raise LostError(otherwise)

    def _check(self) -> None:
        if self.lost.is_set():
            raise LostError(self.why)

    def _lose(self, why: str) -> None:
        with self._changed:
            self.why = self.why or why
            self.lost.set()
            self._changed.notify_all()

    # --- what pybit calls ---------------------------------------------------------------------------------------------

    def is_connected(self) -> bool:
        """What pybit connects for; once lost it shall not try again."""
        return self.lost.is_set() or bool(super().is_connected())

    def _connect(self, url: str) -> None:
        super()._connect(self._link.url(url))

    def _auth(self) -> None:
        """The login at the venue's time, valid for ten seconds."""
        expires_ms = self._link.venue_ms() + LOGIN_MS
        keys = self._link.keys
        if keys is not None:
            self._say({"op": "auth", "args": [self.api_key, expires_ms, self._signed(keys, f"GET/realtime{expires_ms}")]})

    def _signed(self, keys: Keys, text: str) -> str:
        from pybit._http_manager import generate_signature  # the one pybit itself uses here

        return str(generate_signature(self.rsa_authentication, keys.secret.reveal(), text))

    def _on_open(self) -> None:
        self._raw.append(self.ws.sock.sock)

    def _on_message(self, message: str) -> None:
        """Every message; nothing that goes wrong with one leaves this method."""
        self.heard_s = time.monotonic()
        try:
            self._sort(dict(json.loads(message)))
        except Exception as error:  # noqa: BLE001 - it would end pybit's thread without a word
            self._lose(REDACTOR.text(f"a message could not be read: {error}"))

    def _sort(self, data: dict[str, Any]) -> None:
        if "topic" in data:
            self.told_s = self.heard_s
            try:
                self._frame(data)
            finally:
                self.frames += 1
        elif data.get("op") in ("auth", "subscribe"):
            self._answered(data)

    def _answered(self, data: Mapping[str, Any]) -> None:
        """A login or a subscription was answered."""
        with self._changed:
            self.conn_id = str(data.get("conn_id") or self.conn_id)
            if data.get("success") is not True:
                self._answers.refused = REDACTOR.text(f"the venue refused to {data.get('op')}: {data.get('ret_msg')}")
            elif data.get("op") == "auth":
                self._answers.login = True
            else:
                self._answers.acknowledged.add(str(data.get("req_id")))
            self._changed.notify_all()

    def _on_error(self, error: Exception) -> None:
        self._lose(REDACTOR.text(f"{type(error).__name__}: {error}"))

    def _on_close(self) -> None:
        self._lose("the connection was closed")
