"""The desk at an exchange that misbehaves: every fault ends in an answer that is true, and asking tells what really happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests

from runner.live.budget import SHORTEST_WAIT_MS
from runner.live.clock import WallClock
from runner.live.desk import Desk
from runner.live.outcome import Blocked, Reaction, Rejected, Unknown, VenueError
from runner.model.trading import OrderKind, OrderRequest, ProtectRequest, StreamTurn
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.faults import AFTER, BEFORE, FRAMES, REQUESTS, SOCKETS
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import Service
from runner.wire.bybit import BybitDialect
from tests.live.desks import theirs
from tests.live.test_streams import until
from tests.live.test_streams_heard import Ear

D = Decimal
LIMIT = OrderRequest(
    client_order_id="a", symbol="BTCUSDT", side=1, kind=OrderKind.LIMIT, quantity=D("0.001"), price=D(95_000), stop=D(94_000)
)
ENDS: dict[str, type[VenueError]] = {
    **dict.fromkeys((*AFTER, *BEFORE, "html_200", "malformed_json", "server_error"), Unknown),
    "duplicate_id": Rejected,
    "forbidden_403": Blocked,
}
ARRIVED = {*AFTER, "html_200", "malformed_json", "server_error", "duplicate_id", "limit_past_reset"}


class Impatient(WallClock):
    """The machine's clock; waiting for long is over at once."""

    def sleep_ms(self, ms: int) -> None:
        """Wait for the shortest of spans."""
        super().sleep_ms(ms if ms <= SHORTEST_WAIT_MS else 0)


@pytest.fixture
def exchange() -> Iterator[Served]:
    """An exchange with BTC at 100,000."""
    setup = Setup(prices={"BTCUSDT": D(100_000)})
    with served(Service(setup=setup, subscribe_delay_ms=(0, 1), stream_delay_ms=1, limited=False, timeout_ms=1)) as running:
        yield running


@pytest.fixture
def ours(exchange: Served) -> Iterator[Desk]:
    """A desk that does not wait."""
    found = Desk(BybitDialect(endpoint=exchange.http), theirs(), Impatient(), timeout_ms=1_000)
    yield found
    found.close()


@pytest.fixture
def ear(exchange: Served) -> Iterator[Ear]:
    """Streams of the exchange."""
    found = Ear(exchange)
    yield found
    found.streams.stop()


def fault(exchange: Served, kind: str, **more: Any) -> None:
    """Arm a fault over the control channel."""
    answer = requests.post(f"{exchange.http}/control/fault", json={"kind": kind, **more}, timeout=5)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("kind", sorted(REQUESTS))
def test_an_order_under_a_fault(exchange: Served, ours: Desk, kind: str) -> None:
    """The order ends as it must, is sent once unless it was surely refused, and asking for its id tells whether it is there."""
    ours.server_ms()
    ours.measure_clock()
    fault(exchange, kind, path="/v5/order/create")
    expected = ENDS.get(kind)
    if expected is None:
        assert ours.place(LIMIT).client_order_id == "a"
    else:
        with pytest.raises(expected) as caught:
            ours.place(LIMIT)
        assert not isinstance(caught.value, Rejected) or caught.value.reaction is Reaction.ADOPT
    if kind == "forbidden_403":
        with pytest.raises(Blocked):
            ours.order("BTCUSDT", client_order_id="a")
        return
    seen = ours.order("BTCUSDT", client_order_id="a")
    assert (seen is not None) is (kind in ARRIVED)
    assert len(ours.open_orders()) == (seen is not None)


@pytest.mark.parametrize("kind", sorted(set(REQUESTS) - {"forbidden_403", "duplicate_id"}))
def test_a_question_under_a_fault(exchange: Served, ours: Desk, kind: str) -> None:
    """It is asked again, and answered."""
    fault(exchange, kind, path="/v5/account/wallet-balance", times=2)
    assert ours.wallet().balance == D(10_000)


@pytest.mark.parametrize("kind", ["clock_ahead", "clock_behind"])
def test_a_venue_whose_clock_jumps(exchange: Served, ours: Desk, kind: str) -> None:
    """Five seconds either way in the midst of a run: measured anew, and the order is taken."""
    ours.measure_clock()
    fault(exchange, kind)
    assert ours.place(LIMIT).client_order_id == "a"
    exchange.front.skew_ms = 0
    assert ours.place(replace(LIMIT, client_order_id="b")).client_order_id == "b"


def test_a_stop_that_is_refused(exchange: Served, ours: Desk) -> None:
    """The position stands without its stop, which is to be seen; setting it once more works."""
    fault(exchange, "stop_refused")
    ours.place(replace(LIMIT, kind=OrderKind.MARKET, price=None))
    held = ours.position("BTCUSDT")
    assert (held.side, held.stop) == (1, None)
    ours.protect(ProtectRequest(symbol="BTCUSDT", stop=D(94_000)))
    assert ours.position("BTCUSDT").stop == D(94_000)


@pytest.mark.parametrize("kind", sorted(set(SOCKETS) - {"socket_frozen"}))
def test_streams_under_a_fault(exchange: Served, ear: Ear, kind: str) -> None:
    """What the streams lose is told, and they come back by themselves."""
    fault(exchange, kind)
    until(lambda: any(not each.up for each in ear.of(StreamTurn)))
    if kind == "reconnect_refused":
        exchange.front.faults.refuse_streams_until = 0
    until(ear.streams.up)
    assert [each.up for each in ear.of(StreamTurn)].count(True) >= 3


@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_frames_under_a_fault(exchange: Served, ear: Ear, ours: Desk, kind: str) -> None:
    """Twice, late, swapped or lost: the streams stand, and count what came."""
    for n in range(4):
        fault(exchange, kind)
        ours.place(replace(LIMIT, client_order_id=f"a{n}"))
    until(lambda: sum(ear.streams.frames().values()) == sum(exchange.call(exchange.wire.hub.counts).values()))
    assert ear.streams.up()
