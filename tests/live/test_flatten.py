"""The way out by hand, at a real exchange over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from runner.live.flatten import Left, Out
from runner.model.trading import ProtectRequest
from tests.live.desks import desk as desk_at
from tests.live.loopback import Loopback, loopback


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


def test_what_is_left_is_named() -> None:
    """A venue that does not answer leaves it unknown, and says so each time."""
    said: list[str] = []
    with loopback() as gone:
        clock = gone.clock
        with desk_at("http://127.0.0.1:9", timeout_ms=100) as nowhere:
            left = Out(desk=nowhere, clock=clock, say=said.append).flatten(1_000)
    assert (left.nothing, left.line()) == (False, "the venue could not be asked what is left")
    assert said


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
