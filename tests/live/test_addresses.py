"""Where requests and streams go when nothing leads them elsewhere: the venue's own hosts, each of its worlds by its own."""

from __future__ import annotations

from typing import Any

import pytest
import websocket

from runner.live.client import Client
from runner.live.stream import Channel, Link, LostError, Stream
from runner.wire.bybit import BybitDialect
from runner.wire.bybit.dialect import Environment
from runner.wire.bybit.words import Category
from tests.live.desks import KEYS, NOW_MS

REST = {"demo": "https://api-demo.bybit.com", "testnet": "https://api-testnet.bybit.com", "live": "https://api.bybit.com"}
PRIVATE = {"demo": "wss://stream-demo.bybit.com", "testnet": "wss://stream-testnet.bybit.com", "live": "wss://stream.bybit.com"}
PUBLIC = PRIVATE | {"demo": "wss://stream.bybit.com"}  # demo shows the real market


@pytest.mark.parametrize("environment", ["demo", "testnet", "live"])
def test_requests(environment: Environment) -> None:
    """Each world has a host of its own; an endpoint on this machine replaces it whole."""
    for dialect, expected in (
        (BybitDialect(environment=environment), REST[environment]),
        (BybitDialect(environment=environment, endpoint="http://127.0.0.1:1"), "http://127.0.0.1:1"),
    ):
        client = Client(dialect, KEYS, lambda: NOW_MS, 1_000)
        assert client.endpoint == expected
        assert client.force_retry is False
        assert client.client.trust_env is False
        client.close()


@pytest.mark.parametrize("category", ["linear", "spot"])
@pytest.mark.parametrize("environment", ["demo", "testnet", "live"])
@pytest.mark.parametrize("endpoint", ["", "http://127.0.0.1:1"])
def test_streams(environment: Environment, category: Category, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Public and private streams of each world; what would be connected to is caught before it is."""
    dialect = BybitDialect(environment=environment, category=category, endpoint=endpoint)
    bases: dict[Channel, dict[str, str]] = {"public": PUBLIC, "private": PRIVATE}
    paths: dict[Channel, str] = {"public": f"/v5/public/{category}", "private": "/v5/private"}
    asked: list[str] = []

    def caught(**options: Any) -> None:
        asked.append(options["url"])
        raise ConnectionError("not in a test")

    monkeypatch.setattr(websocket, "WebSocketApp", caught)
    for channel, hosts in bases.items():
        with pytest.raises(LostError, match="cannot connect"):
            Stream(Link(channel=channel, dialect=dialect, keys=KEYS, venue_ms=lambda: NOW_MS), lambda _: None)
        base = "ws://127.0.0.1:1" if endpoint else hosts[environment]
        assert asked.pop() == base + paths[channel]
