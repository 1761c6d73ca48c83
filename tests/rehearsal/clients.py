"""Real pybit clients, pointed at an exchange on loopback."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pybit.unified_trading import HTTP, WebSocket

from runner.rehearsal.serve import Served
from runner.rehearsal.service import KEY, SECRET

OFF = {-999_999}  # an empty set would restore the library's own list


def http(exchange: Served, key: str = KEY, secret: str = SECRET) -> Any:
    """A pybit HTTP client of the exchange."""
    client = HTTP(api_key=key, api_secret=secret, retry_codes=OFF, timeout=5)
    client.endpoint = exchange.http
    return client


def streams(exchange: Served, channel: str, **options: Any) -> Any:
    """A pybit websocket of the exchange."""

    class Bound(WebSocket):  # type: ignore[misc]
        def _connect(self, url: str) -> None:
            super()._connect(url if url.startswith(exchange.ws) else exchange.ws + url[url.index("/v5/") :])

    if channel == "private":
        options = {"api_key": KEY, "api_secret": SECRET, "private_auth_expire": 10} | options
    return Bound(channel, testnet=False, retries=0, **options)


def until(true: Callable[[], Any], patience_s: float = 60.0) -> bool:
    """Whether something came true in time."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.005)
    return bool(true())
