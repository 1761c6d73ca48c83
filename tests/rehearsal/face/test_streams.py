"""The streams as a plain websocket sees them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import websocket

from runner.rehearsal.core.setup import Setup
from runner.rehearsal.face.gate import IP_MOST, Counter, signature
from runner.rehearsal.face.hub import text_frame
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import KEY, SECRET, Service
from tests.rehearsal.clients import http

ORDER = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "qty": "0.1"}


def service(**options: Any) -> Service:
    """BTC at 100,000, quick streams."""
    quick: dict[str, Any] = {"subscribe_delay_ms": (0, 1), "stream_delay_ms": 1} | options
    return Service(setup=Setup(prices={"BTCUSDT": Decimal(100_000)}), **quick)


@pytest.fixture
def exchange() -> Iterator[Served]:
    """An exchange with quick streams."""
    with served(service()) as running:
        yield running


@contextmanager
def joined(exchange: Served, path: str) -> Iterator[websocket.WebSocket]:
    """A connection to a stream."""
    socket = websocket.create_connection(f"{exchange.ws}/v5/{path}", timeout=5)
    yield socket
    socket.close()


def say(socket: websocket.WebSocket, **message: Any) -> dict[str, Any]:
    """Say something; the next message that comes."""
    socket.send(json.dumps(message))
    return heard(socket)


def heard(socket: websocket.WebSocket) -> dict[str, Any]:
    """The next message."""
    answer: dict[str, Any] = json.loads(socket.recv())
    return answer


def login(exchange: Served, socket: websocket.WebSocket, ahead_ms: int = 10_000, secret: str = SECRET) -> dict[str, Any]:
    """The answer to a login that expires so much later."""
    expires = exchange.core.now_ms + ahead_ms
    return say(socket, op="auth", args=[KEY, expires, signature(secret, f"GET/realtime{expires}")])


@pytest.mark.parametrize(
    ("ahead_ms", "secret", "good"),
    [
        pytest.param(10_000, SECRET, True, id="as it should be"),
        pytest.param(-1, SECRET, False, id="expired"),
        pytest.param(10_000, "another", False, id="another secret"),
    ],
)
def test_a_login_is_checked(exchange: Served, ahead_ms: int, secret: str, good: bool) -> None:
    """And without one nothing private can be subscribed."""
    with joined(exchange, "private") as socket:
        answer = login(exchange, socket, ahead_ms, secret)
        assert (answer["success"], answer["op"]) == (good, "auth")
        assert say(socket, op="subscribe", args=["order"])["success"] == good


def test_a_login_carries_any_time_where_requests_may() -> None:
    """An exchange in a hurry is ahead of every client's clock; the secret is checked all the same."""
    with served(service(window=False)) as exchange:
        for secret, good in ((SECRET, True), ("another", False)):
            with joined(exchange, "private") as socket:
                assert login(exchange, socket, -600_000, secret)["success"] == good


def test_pings_are_answered_in_each_channels_shape(exchange: Served) -> None:
    """Public: a pong in `ret_msg`; private: a pong in `op`; frames of the protocol are answered too."""
    with joined(exchange, "public/linear") as socket:
        answer = say(socket, op="ping", req_id="7")
        assert (answer["success"], answer["ret_msg"], answer["req_id"]) == (True, "pong", "7")
        socket.ping()
        assert socket.recv_data(control_frame=True)[0] == websocket.ABNF.OPCODE_PONG
    with joined(exchange, "private") as socket:
        answer = say(socket, op="ping")
        assert (answer["op"], len(answer["args"])) == ("pong", 1)


@pytest.mark.parametrize(
    ("path", "topics"),
    [
        pytest.param("public/linear", ["nonsense.BTCUSDT"], id="a topic there is not"),
        pytest.param("public/spot", [f"tickers.S{n}USDT" for n in range(11)], id="eleven at once on spot"),
        pytest.param("private", ["order", "execution.linear"], id="plain and categorised together"),
    ],
)
def test_a_wrong_subscription_is_refused(exchange: Served, path: str, topics: list[str]) -> None:
    """Success is false, and nothing is subscribed."""
    with joined(exchange, path) as socket:
        if path == "private":
            login(exchange, socket)
        assert say(socket, op="subscribe", args=topics)["success"] is False
    assert not exchange.wire.hub.topics


def test_a_categorised_topic_has_its_own_name(exchange: Served) -> None:
    """Who subscribed `order.linear` hears `order.linear`."""
    with joined(exchange, "private") as socket:
        login(exchange, socket)
        say(socket, op="subscribe", args=["order.linear"])
        http(exchange).place_order(**ORDER)
        assert heard(socket)["topic"] == "order.linear"


def test_a_ticker_is_told_whole_once_and_then_by_its_changes(exchange: Served) -> None:
    """A snapshot after subscribing; then only what moved."""
    with joined(exchange, "public/linear") as socket:
        assert say(socket, op="subscribe", args=["tickers.BTCUSDT"], req_id="a")["req_id"] == "a"
        assert (heard(socket)["type"], exchange.core.state.log[-1]["kind"]) == ("snapshot", "stream")
        exchange.price("BTCUSDT", "100100")
        exchange.price("BTCUSDT", "100200")
        first, second = heard(socket), heard(socket)
        assert (first["type"], first["data"]["lastPrice"]) == ("delta", "100100")
        assert (second["data"]["lastPrice"], "fundingRate" in second["data"]) == ("100200", False)


@pytest.mark.parametrize("first", [False, True], ids=["the answer first", "the stream first"])
def test_answer_and_stream_come_in_the_order_that_was_set(first: bool) -> None:
    """With a lag of 100 ms the answer is there before the stream; in the other mode after it."""
    with served(service(stream_first=first, stream_delay_ms=100)) as exchange, joined(exchange, "private") as socket:
        login(exchange, socket)
        say(socket, op="subscribe", args=["order"])
        http(exchange).place_order(**ORDER)
        socket.settimeout(0.03)
        if first:
            assert heard(socket)["topic"] == "order"
        else:
            with pytest.raises(websocket.WebSocketTimeoutException):
                heard(socket)


def test_a_subscription_is_confirmed_after_a_while() -> None:
    """As on a real network, not within the same moment."""
    with served(service(subscribe_delay_ms=(30, 40))) as exchange, joined(exchange, "public/linear") as socket:
        began = time.monotonic()
        say(socket, op="subscribe", args=["publicTrade.BTCUSDT"])
        assert time.monotonic() - began >= 0.03


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_texts_of_every_length_are_framed(exchange: Served, size: int) -> None:
    """The three ways to write a length."""
    with joined(exchange, "public/linear") as socket:
        say(socket, op="ping")
        connection = next(iter(exchange.wire.hub.connections.values()))
        exchange.call(lambda: connection.transport.write(text_frame("x" * size)))
        assert socket.recv() == "x" * size


def test_an_address_that_asks_too_much_is_shut_out() -> None:
    """The request after the six hundredth in five seconds, and every one for ten minutes."""
    counter, now = Counter(), 1_000_000
    assert not any(counter.banned(now) for _ in range(IP_MOST))
    assert counter.banned(now)
    assert counter.banned(now + 599_999)
    assert not counter.banned(now + 600_000)
