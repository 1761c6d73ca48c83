"""The way out by hand, at a real exchange over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from runner.live.flatten import Left, Out
from runner.live.rest import Rest
from runner.model.trading import ProtectRequest
from tests.live.desks import StillClock, theirs
from tests.live.desks import desk as desk_at
from tests.live.loopback import Loopback, loopback

NOBODY = "http://127.0.0.1:9"  # a port that nobody listens on


@pytest.fixture
def venue() -> Iterator[Loopback]:
    """An account that is long BTC with a stop and a target, short ETH without, and bids for SOL."""
    with loopback() as venue:
        venue.order("BTCUSDT", 1, "1", stop=Decimal(95))
        venue.limit("110", side=-1, reduce_only=True)
        venue.order("ETHUSDT", -1, "2")
        venue.limit("90", symbol="SOLUSDT", quantity="3", stop=Decimal(85))
        yield venue


def out(venue: Loopback, said: list[str]) -> Out:
    """The way out of it."""
    return Out(desk=venue.desk, clock=venue.clock, say=said.append)


def test_everything_is_left(venue: Loopback) -> None:
    """Entries are withdrawn, positions closed reduce-only, targets withdrawn after them; then the venue says that nothing is left."""
    said: list[str] = []
    left = out(venue, said).flatten(10_000)
    assert (left.nothing, left.line()) == (True, "nothing is left")
    assert (venue.desk.positions(), venue.desk.open_orders()) == ([], [])
    assert said[:3] == ["cancel SOLUSDT t4", "close BTCUSDT 1", "close ETHUSDT 2"]


def test_entries_are_withdrawn_and_nothing_else(venue: Loopback) -> None:
    """Stop, target and positions stay."""
    left = out(venue, []).withdraw(10_000)
    assert left.nothing
    assert venue.resting() == ["t2"]
    assert {position.symbol: position.stop for position in venue.desk.positions()} == {"BTCUSDT": Decimal(95), "ETHUSDT": None}


def test_a_position_larger_than_one_order_is_closed_in_parts(venue: Loopback) -> None:
    """As large as the venue takes at market, and the rest."""
    most = venue.desk.contract("SOLUSDT").max_market_quantity
    venue.exchange.price("SOLUSDT", "0.1")
    for _ in range(2):
        venue.order("SOLUSDT", 1, str(most), stop=None)
    said: list[str] = []
    assert out(venue, said).flatten(10_000).nothing
    assert sum(line.startswith("close SOLUSDT") for line in said) >= 2
    assert venue.desk.positions() == []


def test_a_venue_that_does_not_answer_is_told_now_and_then() -> None:
    """Asked after 1, 2, 4 and then every 5 seconds, a circuit keeps nothing back; a line each ten seconds with the address and the end."""
    said: list[str] = []
    clock = StillClock()
    with desk_at(NOBODY, clock, repeats=0, protects=True) as nowhere:
        left = Out(desk=nowhere, clock=clock, say=said.append).flatten(31_000)
    why = f"the venue's answer is unknown: /v5/order/realtime got no answer from {NOBODY.removeprefix('http://')} (ConnectionError)"
    assert clock.slept == [1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000, 4_000]
    assert said == [f"{why}; it is asked again until 22:13:51"] * 3
    assert (left.nothing, left.line()) == (False, f"the venue could not be asked what is left: {why}")


def test_a_venue_that_answers_again_is_left(venue: Loopback) -> None:
    """Five failures in a row and more: the first question that it answers is asked as soon as it may be, and everything is closed."""
    said: list[str] = []
    venue.exchange.call(lambda: venue.exchange.front.faults.arm("answer_502", "order/realtime", times=7))
    begun_ms = venue.now_ms
    rest = Rest(venue.desk.dialect, theirs(), venue.clock, repeats=0, protects=True)
    venue.desk.rest, before = rest, venue.desk.rest
    before.close()
    assert out(venue, said).flatten(60_000).nothing
    assert venue.now_ms - begun_ms < 30_000


def test_the_same_refusal_is_told_once(venue: Loopback) -> None:
    """A venue that does not take the first three tries says so in one line for each position, and everything is closed after it."""
    said: list[str] = []
    venue.exchange.call(lambda: venue.exchange.front.faults.arm("server_error", "order/create", times=6))
    assert out(venue, said).flatten(60_000).nothing
    assert sum(line.startswith("could not close BTCUSDT") for line in said) == 1
    assert sum(line.startswith("could not close ETHUSDT") for line in said) == 1


def test_an_account_that_is_out_stays_out() -> None:
    """Nothing to do is verified too."""
    said: list[str] = []
    with loopback() as venue:
        assert out(venue, said).flatten(10_000).nothing
    assert said == []


def test_what_is_left_in_words(venue: Loopback) -> None:
    """Positions with their sign, orders by their id."""
    left = Left(positions=tuple(venue.desk.positions()), orders=tuple(each for each in venue.desk.open_orders() if each.client_order_id))
    venue.desk.protect(ProtectRequest(symbol="BTCUSDT", stop=Decimal(96)))
    assert left.line() == "positions BTCUSDT +1, ETHUSDT -2; orders SOLUSDT t4, BTCUSDT t2"
