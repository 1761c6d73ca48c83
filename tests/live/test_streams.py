"""Streams that never die unnoticed: pybit's own sockets against a venue that misbehaves."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiohttp import web

from runner.live.streams import Patience, Streams
from runner.model.trading import PriceSeen, Seen, StreamTurn
from runner.wire.bybit import BybitDialect
from tests.live.desks import KEY, KEYS, NOW_MS, SECRET
from tests.live.scripted import Venue, polite, venue

PRICE: dict[str, Any] = {"topic": "tickers.BTCUSDT", "ts": 5, "data": {"symbol": "BTCUSDT", "lastPrice": "7"}}
QUICK = Patience(first_ms=10, most_ms=40, watch_ms=5)


@contextmanager
def streams(there: Venue, patience: Patience = QUICK, *, private: bool = False) -> Iterator[tuple[Streams, queue.Queue[Seen]]]:
    """Started streams of one symbol, and the queue they put into; stopped at the end, without a thread left."""
    seen: queue.Queue[Seen] = queue.Queue()
    dialect, keys = BybitDialect(endpoint=there.url), KEYS if private else None
    ours = Streams(dialect, keys, ["BTCUSDT"], [300_000], seen.put, venue_ms=lambda: NOW_MS, patience=patience)
    ours.start()
    try:
        yield ours, seen
    finally:
        ours.stop()
        assert [thread.name for thread in threading.enumerate() if thread.name.startswith("stream-")] == []


def turn(seen: queue.Queue[Seen]) -> StreamTurn:
    """The next turn; what else was seen before it is dropped."""
    while True:
        found = seen.get(timeout=60)
        if isinstance(found, StreamTurn):
            return found


def until(true: Callable[[], bool]) -> None:
    """Wait for something that is about to happen."""
    for _ in range(500):
        if true():
            return
        threading.Event().wait(0.01)
    pytest.fail("it did not happen")


def tell(there: Venue, *frames: Any) -> None:
    """Send frames over the newest connection: objects as JSON, text as it is."""

    async def send() -> None:
        for frame in frames:
            await there.sockets[-1].send_str(frame) if isinstance(frame, str) else await there.sockets[-1].send_json(frame)

    there.run(send())


def test_up_after_every_answer() -> None:
    """A channel is up once login and subscriptions are acknowledged; the login carries the venue's time and lasts ten seconds."""
    with venue() as there, streams(there, private=True) as (ours, seen):
        assert {turn(seen).channel, turn(seen).channel} == {"public", "private"}
        assert ours.up()
        login = next(data for path, data in there.heard if data["op"] == "auth")
        assert login["args"][:2] == [KEY, NOW_MS + 10_000]
        asked = {path: data["args"] for path, data in there.heard if data["op"] == "subscribe"}
        assert asked == {
            "/v5/public/linear": ["kline.5.BTCUSDT", "tickers.BTCUSDT"],
            "/v5/private": ["order", "execution", "position", "wallet"],
        }


def test_frames_are_translated_and_counted() -> None:
    """Each frame with a topic is put first and counted then, by the connection's name; answers and pongs are not counted."""
    with venue() as there, streams(there) as (ours, seen):
        turn(seen)
        tell(there, PRICE, {"op": "pong"}, {**PRICE, "topic": "nobody.asked"}, {"success": True, "ret_msg": "pong", "op": "ping"}, PRICE)
        assert [seen.get(timeout=60) for _ in range(2)] == [PriceSeen(symbol="BTCUSDT", at_ms=5, last=7.0)] * 2
        until(lambda: ours.frames() == {"conn/v5/public/linear": 3})


def test_frames_that_come_before_the_answer() -> None:
    """Data that overtakes the acknowledgement is neither lost nor the end of the stream."""

    async def hasty(stream: web.WebSocketResponse, data: dict[str, Any], path: str) -> None:
        await stream.send_json(PRICE)
        await polite(stream, data, path)

    with venue() as there:
        there.talk = hasty
        with streams(there) as (ours, seen):
            assert isinstance(seen.get(timeout=60), PriceSeen)
            assert turn(seen).up
            assert ours.frames() == {"conn/v5/public/linear": 1}


def test_a_loss_is_told_and_mended() -> None:
    """The venue closes: down, up again, subscribed again, frames counted from zero."""
    with venue() as there, streams(there) as (ours, seen):
        turn(seen)
        tell(there, PRICE)
        there.run(there.sockets[-1].close())
        down, up = turn(seen), turn(seen)
        assert (down.up, up.up, down.channel) == (False, True, "public")
        assert "closed" in down.why
        assert ours.frames() == {"conn/v5/public/linear": 0}
        tell(there, PRICE)
        assert isinstance(seen.get(timeout=60), PriceSeen)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param("{half", id="no JSON"),
        pytest.param("[1]", id="a list"),
        pytest.param({"topic": "tickers.BTCUSDT"}, id="missing fields"),
        pytest.param({**PRICE, "data": {"symbol": "BTCUSDT", "lastPrice": []}}, id="wrong type"),
        pytest.param({"topic": 5}, id="a number for the topic"),
    ],
)
def test_a_frame_that_cannot_be_read(frame: Any) -> None:
    """Something was lost with it: the connection starts over, so that everything is asked anew."""
    with venue() as there, streams(there) as (_, seen):
        turn(seen)
        tell(there, frame)
        down = turn(seen)
        assert (down.up, turn(seen).up) == (False, True)
        assert "could not be read" in down.why


def test_a_consumer_that_fails() -> None:
    """What `put` raises ends the connection, not the stream."""
    seen: queue.Queue[Seen] = queue.Queue()
    failed: list[Seen] = []

    def put(one: Seen) -> None:
        if isinstance(one, PriceSeen) and not failed:
            failed.append(one)
            raise RuntimeError("full")
        seen.put(one)

    with venue() as there:
        ours = Streams(BybitDialect(endpoint=there.url), None, ["BTCUSDT"], [300_000], put, patience=QUICK)
        ours.start()
        turn(seen)
        tell(there, PRICE)
        assert (turn(seen).up, turn(seen).up) == (False, True)
        ours.stop()


def test_a_login_that_is_refused() -> None:
    """It is told with the venue's words and without the key, and tried again."""
    logins: list[str] = []

    async def strict(stream: web.WebSocketResponse, data: dict[str, Any], path: str) -> None:
        if data["op"] == "auth" and len(logins) < 2:
            logins.append(path)
            await stream.send_json({"success": False, "ret_msg": f"bad key {KEY} {SECRET}", "op": "auth", "conn_id": "x"})
        else:
            await polite(stream, data, path)

    with venue() as there:
        there.talk = strict
        with streams(there, private=True) as (_, seen):
            turns = [turn(seen) for _ in range(3)]
    told = [each for each in turns if each.channel == "private"]
    assert [each.up for each in told] == [False, True]
    assert told[0].why == "the venue refused to auth: bad key *** ***"


def test_silence_is_a_loss() -> None:
    """A connection that says nothing, not even pongs, is given up and made anew."""
    with venue() as there, streams(there, Patience(first_ms=10, watch_ms=5, silence_ms=60)) as (_, seen):
        assert turn(seen).up
        down = turn(seen)
        assert (down.up, down.why[:13]) == (False, "nothing heard")
        assert turn(seen).up


def test_a_market_that_falls_silent() -> None:
    """Pongs alone do not make a market: a public stream that tells nothing is given up."""
    patience = Patience(first_ms=10, watch_ms=5, market_silence_ms=60)
    with venue() as there, streams(there, patience, private=True) as (_, seen):
        downs = [each for each in (turn(seen) for _ in range(4)) if not each.up]
    assert [(each.channel, each.why[:12]) for each in downs] == [("public", "nothing told")]


def test_given_up_on_purpose() -> None:
    """A connection that its listener does not trust any more is replaced."""
    with venue() as there, streams(there) as (ours, seen):
        turn(seen)
        ours.renew("public", "candles are missing")
        down = turn(seen)
        assert (down.up, down.why, turn(seen).up) == (False, "candles are missing", True)


def test_nobody_there() -> None:
    """Down is said once; the waits grow to their most, and stopping does not wait for them."""
    patience = Patience(first_ms=10, most_ms=300_000)
    with venue() as there:
        gone = Venue(url=there.url)
    with streams(gone, patience) as (ours, seen):
        down = turn(seen)
        assert (down.up, down.why[:15]) == (False, "cannot connect:")
        assert ours.frames() == {}
        assert not ours.up()
        until(lambda: len(threading.enumerate()) >= 2)
    assert seen.empty()


def test_an_answer_that_never_comes() -> None:
    """Stopping while a subscription waits for its answer ends at once."""

    async def mute(_stream: web.WebSocketResponse, _data: dict[str, Any], _path: str) -> None:
        await asyncio.sleep(0)

    with venue() as there:
        there.talk = mute
        with streams(there) as (ours, seen):
            until(lambda: bool(there.heard))
            assert not ours.up()
        assert seen.empty()


def test_demo_listens_to_the_real_market() -> None:
    """Public streams of demo are those of the real venue; its private ones are its own."""
    seen: queue.Queue[Seen] = queue.Queue()
    options = {
        (environment, channel): line._link.options()
        for environment in ("demo", "testnet", "live")
        for channel, line in Streams(BybitDialect(environment=environment), KEYS, ["X"], [60_000], seen.put).lines.items()
    }
    assert [key for key, each in options.items() if each["demo"]] == [("demo", "private")]
    assert [key for key, each in options.items() if each["testnet"]] == [("testnet", "public"), ("testnet", "private")]
    assert {each["api_key"] for (_, channel), each in options.items() if channel == "public"} == {None}


def test_silence_by_the_clock() -> None:
    """How long ago a channel told something; None before it ever did."""
    with venue() as there, streams(there) as (ours, seen):
        turn(seen)
        assert ours.silent_ms(NOW_MS) == {"public": None}
        tell(there, PRICE)
        seen.get(timeout=60)
        heard = ours.lines["public"].heard_ms
        assert heard is not None
        assert ours.silent_ms(heard + 40) == {"public": 40}
