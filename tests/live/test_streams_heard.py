"""What the streams tell of an exchange that behaves as the venue: everything that happens to an account, and the market beside it."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from runner.live.desk import Desk
from runner.live.streams import Patience, Streams
from runner.model.trading import (
    CandleSeen,
    FillSeen,
    OrderKind,
    OrderRequest,
    OrderSeen,
    OrderState,
    Origin,
    PositionSeen,
    PriceSeen,
    ProtectRequest,
    Seen,
    StreamTurn,
    WalletSeen,
)
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import Service
from runner.wire.bybit import BybitDialect
from tests.live.desks import desk_at, theirs
from tests.live.test_streams import QUICK, until

D = Decimal
ENTRY = OrderRequest(client_order_id="e", symbol="BTCUSDT", side=1, kind=OrderKind.MARKET, quantity=D("0.1"), stop=D(99_000))


class Ear:
    """Streams of an exchange, and all that was seen."""

    def __init__(self, exchange: Served, patience: Patience = QUICK) -> None:
        self.queue: queue.Queue[Seen] = queue.Queue()
        self.seen: list[Seen] = []
        dialect = BybitDialect(endpoint=exchange.http)
        self.streams = Streams(dialect, theirs(), ["BTCUSDT"], [60_000], self.queue.put, patience=patience)
        self.streams.start()
        until(self.streams.up)

    def of[T](self, kind: type[T]) -> list[T]:
        """Everything of a kind that was seen so far."""
        while not self.queue.empty():
            self.seen.append(self.queue.get())
        return [each for each in self.seen if isinstance(each, kind)]


@pytest.fixture
def exchange() -> Iterator[Served]:
    """An exchange with BTC at 100,000."""
    setup = Setup(prices={"BTCUSDT": D(100_000)})
    with served(Service(setup=setup, subscribe_delay_ms=(0, 1), stream_delay_ms=1, limited=False)) as running:
        yield running


@pytest.fixture
def ear(exchange: Served) -> Iterator[Ear]:
    """Streams of the exchange."""
    found = Ear(exchange)
    yield found
    found.streams.stop()


@pytest.fixture
def ours(exchange: Served) -> Iterator[Desk]:
    """The desk beside them."""
    with desk_at(exchange) as found:
        yield found


def test_an_entry_and_the_end_of_it(exchange: Served, ear: Ear, ours: Desk) -> None:
    """Order, fill, position and money of an entry; then its stop fires, and all of it is told by the streams."""
    ours.place(ENTRY)
    until(lambda: len(ear.of(FillSeen)) == 1 and ear.of(WalletSeen) != [])
    held = ear.of(PositionSeen)[-1]
    assert (held.side, held.quantity, held.average_price, held.stop) == (1, D("0.1"), D(100_000), D(99_000))
    assert any(each.client_order_id == "e" and each.state is OrderState.FILLED for each in ear.of(OrderSeen))
    exchange.price("BTCUSDT", "98900", jump=False)
    until(lambda: len(ear.of(FillSeen)) == 2 and ear.of(PositionSeen)[-1].side == 0)
    fill = ear.of(FillSeen)[-1]
    assert (fill.side, fill.price, fill.origin) == (-1, D(99_000), Origin.STOP_LOSS)
    until(lambda: ear.of(WalletSeen)[-1].balance == ours.wallet().balance)
    assert [each.execution_id for each in ear.of(FillSeen)] == [each.execution_id for each in ours.fills(since_ms=fill.at_ms - 60_000)]


def test_streams_and_answers_agree(ear: Ear, ours: Desk) -> None:
    """What the stream says of an order, its fill and its position is what REST says of them."""
    ours.place(ENTRY)
    ours.protect(ProtectRequest(symbol="BTCUSDT", stop=D(98_000)))
    until(lambda: [each.stop for each in ear.of(PositionSeen)][-1:] == [D(98_000)])
    assert [each for each in ear.of(OrderSeen) if each.client_order_id == "e"][-1] == ours.order("BTCUSDT", client_order_id="e")
    assert ear.of(FillSeen) == ours.fills(since_ms=ear.of(FillSeen)[0].at_ms)
    assert replace(ear.of(PositionSeen)[-1], mark=None) == replace(ours.position("BTCUSDT"), mark=None)


def test_the_market(exchange: Served, ear: Ear) -> None:
    """Prices and candles come with what changed."""
    exchange.price("BTCUSDT", "100500")
    until(lambda: any(each.last == 100_500.0 for each in ear.of(PriceSeen)))
    until(lambda: any(each.close == 100_500.0 and not each.closed for each in ear.of(CandleSeen)))


def test_frames_are_what_the_exchange_has_sent(exchange: Served, ear: Ear, ours: Desk) -> None:
    """Both sides count the same frames by the same name of a connection."""
    ours.place(ENTRY)
    exchange.price("BTCUSDT", "100500")
    until(lambda: len(ear.of(FillSeen)) == 1)
    sent = lambda: {name: each.sent for name, each in exchange.wire.hub.connections.items()}  # noqa: E731 - asked again and again
    until(lambda: ear.streams.frames() == exchange.call(sent))
    assert len(ear.streams.frames()) == 2


def test_an_exchange_that_goes_away() -> None:
    """Down is told when it stops; when it is back on its port, up."""
    service = Service(subscribe_delay_ms=(0, 1))
    with served(service) as first:
        ear = Ear(first)
    until(lambda: [each.up for each in ear.of(StreamTurn)].count(False) == 2)
    with served(replace(service, port=first.port)):
        until(lambda: [each.up for each in ear.of(StreamTurn)].count(True) == 4)
        ear.streams.stop()


def test_a_subscription_answered_at_once() -> None:
    """No delay at all between subscribing and the answer, again and again: the stream always comes up."""
    with served(Service(subscribe_delay_ms=(0, 0))) as exchange:
        for _ in range(10):
            Ear(exchange).streams.stop()


def test_a_flood(exchange: Served, ear: Ear) -> None:
    """Thousands of frames a second are put without falling behind."""
    frame = {"topic": "tickers.BTCUSDT", "type": "delta", "ts": 1, "data": {"symbol": "BTCUSDT", "lastPrice": "5", "markPrice": "6"}}
    stream = ear.streams.lines["public"]._stream
    assert stream is not None
    import json

    text, start = json.dumps(frame), time.perf_counter()
    for _ in range(5_000):
        stream._on_message(text)
    assert time.perf_counter() - start < 1.0
    assert len(ear.of(PriceSeen)) >= 5_000
