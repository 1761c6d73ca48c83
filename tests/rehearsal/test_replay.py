"""Bars walked in step with a party that says when it is idle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from http.client import HTTPException
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
import pytest
import websocket

from runner.model.trading import OrderKind
from runner.rehearsal.core.order import Exits, Ticket
from runner.rehearsal.core.refusal import RefusalError
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.faults import Storm
from runner.rehearsal.replay import Rates, Replay, Tape
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import Service

HOUR_MS = 3_600_000
START_MS = 1_767_225_600_000


def tape(symbol: str, rows: list[tuple[float, float, float, float]], first: int = 1) -> Tape:
    """Hourly bars."""
    prices = np.array(rows)
    times = START_MS + HOUR_MS * np.arange(len(rows), dtype=np.int64)
    columns = {"open": prices[:, 0], "high": prices[:, 1], "low": prices[:, 2], "close": prices[:, 3]}
    return Tape(symbol=symbol, open_time=times, close_time=times + HOUR_MS, volume=np.ones(len(rows)), first=first, **columns)


FLAT = (100.0, 100.0, 100.0, 100.0)


def exchange_of(rows: list[tuple[float, float, float, float]], **options: Any) -> Served:
    """An exchange in lockstep that shows one symbol."""
    replay = Replay(tapes=(tape("SOLUSDT", [FLAT, *rows]),), funding=options.pop("funding", {}))
    return served(Service(pace="lockstep", latency_ms=(20, 20), replay=replay, setup=Setup(slippage=Decimal(0)), **options))


class Party:
    """A party without streams: it answers each word of the exchange."""

    def __init__(self, exchange: Served) -> None:
        self.exchange = exchange
        self.socket = websocket.create_connection(f"{exchange.ws}/control", timeout=5)
        self.told = json.loads(self.socket.recv())
        self.heard: list[int] = []

    def go(self, until: int | None = None) -> bool:
        """Be idle until the exchange says something; False when it is over."""
        idle = {"op": "idle", "party": "bot", "until": until, "frames": {}, "seq": self.told["seq"]}
        self.socket.send(json.dumps(idle))
        self.told = json.loads(self.socket.recv())
        self.heard.append(self.told["now"])
        return bool(self.told["op"] != "end")

    def finish(self) -> None:
        """Be idle to the end."""
        while self.go():
            continue
        self.socket.close()


def buy(exchange: Served, quantity: str = "1", **more: Any) -> None:
    """A market order, placed in the exchange's own thread."""
    ticket = Ticket(market="SOLUSDT", side=1, kind=OrderKind.MARKET, quantity=Decimal(quantity), **more)
    place(exchange, ticket)


def place(exchange: Served, ticket: Ticket) -> None:
    """An order, placed in the exchange's own thread."""
    exchange.call(lambda: exchange.core.place(ticket))


@pytest.fixture
def stopping() -> Iterator[list[Served]]:
    """Exchanges that are stopped after the test."""
    running: list[Served] = []
    yield running
    for each in running:
        each.stop()


def test_time_stands_still_until_the_party_is_idle(stopping: list[Served]) -> None:
    """Without a word from the party nothing moves; when it wishes to be woken it is, at that very instant."""
    stopping.append(exchange_of([FLAT, FLAT]))
    party = Party(stopping[0])
    assert party.told["now"] == START_MS + HOUR_MS // 2
    assert party.go(until=START_MS + HOUR_MS // 2 + 5_000)
    assert party.told["now"] == START_MS + HOUR_MS // 2 + 5_000
    party.finish()
    assert party.heard[-1] == START_MS + 3 * HOUR_MS


def test_a_gap_through_the_stop_fills_at_the_open(stopping: list[Served]) -> None:
    """A stop that the next bar jumps over fills at that bar's open, one inside the bar at its own price."""
    stopping += [exchange_of([(100.0, 101.0, 99.5, 101.0), (90.0, 91.0, 89.0, 90.0)]), exchange_of([(100.0, 101.0, 94.0, 101.0), FLAT])]
    for exchange, price in zip(stopping, ("90", "95"), strict=True):
        party = Party(exchange)
        buy(exchange, exits=Exits(stop=Decimal(95)))
        party.finish()
        fills = exchange.core.state.fills
        assert [str(fill.price.normalize()) for fill in fills] == ["1E+2", f"{Decimal(price).normalize()}"]


def test_the_adverse_extreme_comes_first(stopping: list[Served]) -> None:
    """A long position meets its stop before its target when one bar holds both."""
    stopping.append(exchange_of([(100.0, 110.0, 94.0, 100.0), FLAT]))
    party = Party(stopping[0])
    buy(stopping[0], exits=Exits(stop=Decimal(95), target=Decimal(105)))
    party.finish()
    assert [fill.order.origin.value for fill in stopping[0].core.state.fills] == ["user", "stop_loss"]


def test_an_entry_some_seconds_after_the_open_has_its_adverse_extreme_first_too(stopping: list[Served]) -> None:
    """A short sold five seconds into the bar meets its stop above before the lower extreme: nothing had moved until then."""
    stopping.append(exchange_of([(100.0, 106.0, 90.0, 95.0), FLAT]))
    party = Party(stopping[0])
    later = START_MS + HOUR_MS + 5_000
    while party.told["now"] < later:
        party.go(until=later)
    ticket = Ticket(
        market="SOLUSDT", side=-1, kind=OrderKind.MARKET, quantity=Decimal(1), exits=Exits(stop=Decimal(105), target=Decimal(92))
    )
    place(stopping[0], ticket)
    party.finish()
    assert [fill.order.origin.value for fill in stopping[0].core.state.fills] == ["user", "stop_loss"]


def test_a_passed_limit_fills_better_at_a_jump_and_exactly_on_the_way(stopping: list[Served]) -> None:
    """A resting sell at 105: the open of 110 fills it at 110, a bar that trades through it at 105; both as a maker."""
    for rows, price in (([(110.0, 111.0, 109.0, 110.0)], 110), ([(100.0, 111.0, 100.0, 110.0)], 105)):
        exchange = exchange_of(rows)
        stopping.append(exchange)
        party = Party(exchange)
        buy(exchange)
        target = Ticket(market="SOLUSDT", side=-1, kind=OrderKind.LIMIT, quantity=Decimal(1), price=Decimal(105), reduce_only=True)
        place(exchange, target)
        party.finish()
        last = exchange.core.state.fills[-1]
        assert (last.price, last.maker, last.rate) == (Decimal(price), True, Decimal("0.0002"))


def test_funding_is_paid_at_the_close_by_who_held_the_position(stopping: list[Served]) -> None:
    """At the boundary the position pays size times last close times rate; one opened afterwards does not."""
    rates = {"SOLUSDT": Rates(time=np.array([START_MS + 2 * HOUR_MS]), rate=np.array([0.001]))}
    stopping.append(exchange_of([(100.0, 103.0, 100.0, 102.0), FLAT], funding=rates))
    party = Party(stopping[0])
    buy(stopping[0], quantity="2")
    party.finish()
    rows = [row for row in stopping[0].core.state.ledger if row.word == "SETTLEMENT"]
    assert [(row.change, row.at_ms) for row in rows] == [(Decimal("-0.204"), START_MS + 2 * HOUR_MS)]


def test_a_closed_candle_is_exactly_the_bar(stopping: list[Served]) -> None:
    """Whatever happened inside it, the candle told afterwards has the bar's own prices."""
    rows = [(100.0, 104.0, 97.0, 103.0), (103.0, 103.5, 102.0, 102.5)]
    stopping.append(exchange_of(rows))
    Party(stopping[0]).finish()
    candles = stopping[0].front.candles["SOLUSDT"].newest(HOUR_MS, None, None, 10)
    assert [(c.open, c.high, c.low, c.close) for c in reversed(candles)] == [FLAT, *rows]


def test_the_control_channel_shows_and_changes_the_exchange(stopping: list[Served]) -> None:
    """State and log can be read, and a balance set, which the ledger tells as money that came or went."""
    stopping.append(exchange_of([FLAT]))
    http = stopping[0].http
    body = json.dumps({"balance": "5000", "why": "demo_reset"}).encode()
    with urlopen(Request(f"{http}/control/wallet", data=body)) as answer:  # noqa: S310 - loopback
        assert answer.status == 200
    with urlopen(f"{http}/control/state") as answer:  # noqa: S310 - loopback
        assert json.loads(answer.read())["balance"] == "5000.00000000"
    with urlopen(f"{http}/control/log?after=0") as answer:  # noqa: S310 - loopback
        assert [row["kind"] for row in json.loads(answer.read())] == ["wallet", "money"]
    assert [row.word for row in stopping[0].core.state.ledger] == ["TRANSFER_OUT"]


# --- time and faults ----------------------------------------------------------------------------------------------------


def asked(exchange: Served, path: str) -> int:
    """The status of a public question; 0 when the connection ended without an answer."""
    try:
        with urlopen(f"{exchange.http}{path}") as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except (HTTPException, OSError):
        return 0


def test_a_request_takes_the_venues_time(stopping: list[Served]) -> None:
    """Each by its latency; a lost answer as long as the client would have waited, though none of our time."""
    stopping.append(exchange_of([FLAT]))
    exchange, began = stopping[0], stopping[0].core.now_ms
    assert asked(exchange, "/v5/market/kline?category=linear&symbol=SOLUSDT&interval=60") == 200
    assert exchange.core.now_ms == began + 20
    exchange.front.faults.arm("answer_timeout")
    assert asked(exchange, "/v5/market/kline?category=linear&symbol=SOLUSDT&interval=60") == 0
    assert exchange.core.now_ms == began + 40 + 5_000


def test_the_same_seed_tells_the_same_story(stopping: list[Served]) -> None:
    """Two showings with a storm and the same party leave the same log; another seed does not."""
    logs = []
    for seed in (1, 1, 2):
        rows = [(100.0 + n, 102.0 + n, 99.0 + n, 101.0 + n) for n in range(40)]
        replay = Replay(tapes=(tape("SOLUSDT", [FLAT, *rows]),))
        storm = Storm(level="storm", outcomes=True)
        exchange = served(Service(pace="lockstep", replay=replay, storm=storm, setup=Setup(seed=seed)))
        stopping.append(exchange)
        party = Party(exchange)
        for n in range(20):
            if n % 4 == 0 and not exchange.core.state.market("SOLUSDT").hedge:
                with suppress(RefusalError):
                    buy(exchange, exits=Exits(stop=Decimal(90)))
            asked(exchange, "/v5/market/time")
            party.go(until=party.told["now"] + HOUR_MS)
        party.finish()
        logs.append(exchange.core.state.log)
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]
