"""The desk at an exchange that answers as the venue does: every request, every list, every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from blocks.venue.bybit import Bybit
from blocks.venue.paper import Paper
from runner.live.clock import WallClock
from runner.live.desk import Desk, desk_of, dialect_of
from runner.live.outcome import Halting, Reaction, Rejected
from runner.live.pages import whole, windows
from runner.live.streams import Streams
from runner.model.bot import Account, GateSettings
from runner.model.errors import ConfigError
from runner.model.rules import RuleBook
from runner.model.trading import (
    AmendRequest,
    CancelRequest,
    FillKind,
    Lasts,
    LedgerKind,
    OrderKind,
    OrderRequest,
    OrderState,
    Origin,
    ProtectRequest,
)
from runner.rehearsal.core.listing import Listing
from runner.rehearsal.core.setup import BTC, Setup
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import Service
from runner.wire.bybit import BybitDialect, queries, rows
from tests.live.desks import KEYS, StillClock, desk, desk_at, theirs
from tests.live.scripted import good, venue
from tests.live.test_streams import until

D = Decimal
MARKET = OrderRequest(client_order_id="m", symbol="BTCUSDT", side=1, kind=OrderKind.MARKET, quantity=D("0.1"))
LIMIT = replace(MARKET, client_order_id="l", kind=OrderKind.LIMIT, price=D(95_000), quantity=D("0.001"))
STOP = replace(MARKET, client_order_id="s", kind=OrderKind.STOP, trigger_price=D(105_000), quantity=D("0.001"), stop=D(104_000))
HOUR, DAY_MS = 3_600_000, 86_400_000


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    """An exchange with BTC at 100,000 that counts no requests."""
    prices = {"BTCUSDT": D(100_000), "spot:BTCUSDT": D(100_000)}
    listings = (BTC, replace(BTC, spot=True), Listing(symbol="ETHUSDT", base="ETH"))
    with served(Service(setup=Setup(prices=prices, listings=listings, balance=D(1_000_000)), limited=False)) as exchange:
        yield exchange


@pytest.fixture
def ours(running: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk of a flat account without orders. Nobody counts its requests, for waiting would take half a minute."""
    with desk_at(running) as found:
        monkeypatch.setattr(found.rest.budget, "take", lambda _: None)
        yield found
        for order in found.open_orders():
            if order.origin is Origin.USER:
                found.cancel(CancelRequest(symbol=order.symbol, order_id=order.order_id))
        for held in found.positions():
            found.place(
                replace(MARKET, client_order_id=f"close-{found.server_ms()}", side=-held.side, quantity=held.quantity, reduce_only=True)
            )


def named(order: OrderRequest, request: pytest.FixtureRequest) -> OrderRequest:
    """The order with an id that no other test uses."""
    return replace(order, client_order_id=f"{order.client_order_id}-{abs(hash(request.node.name)) % 10**12}")


def test_an_entry_with_its_stop(ours: Desk, request: pytest.FixtureRequest) -> None:
    """One request: the order, the position it makes, the stop that protects it, its fill and its money."""
    before, order = ours.wallet(), named(replace(MARKET, stop=D(99_000)), request)
    ack = ours.place(order)
    seen, held = ours.order("BTCUSDT", client_order_id=order.client_order_id), ours.position("BTCUSDT")
    assert seen is not None
    assert (ack.client_order_id, seen.order_id, seen.state, seen.filled) == (
        order.client_order_id,
        ack.order_id,
        OrderState.FILLED,
        D("0.1"),
    )
    assert (held.side, held.quantity, held.average_price, held.stop, held.hedge) == (1, D("0.1"), D(100_000), D(99_000), False)
    assert [(each.origin, each.trigger_price, each.kind) for each in ours.open_orders()] == [(Origin.STOP_LOSS, D(99_000), OrderKind.STOP)]
    fill = ours.fills(since_ms=ack.at_ms - 1_000, client_order_id=order.client_order_id)[0]
    assert (fill.quantity, fill.price, fill.fee, fill.kind, fill.maker) == (D("0.1"), D(100_000), D("5.5"), FillKind.TRADE, False)
    assert ours.wallet().balance == before.balance - D("5.5")
    row = ours.ledger(since_ms=ack.at_ms - 1_000)[-1]
    assert (row.kind, row.change, row.fee, row.client_order_id) == (LedgerKind.TRADE, D("-5.5"), D("5.5"), order.client_order_id)
    assert ours.positions() == [ours.position("BTCUSDT")]


def test_a_limit_order_and_its_end(ours: Desk, request: pytest.FixtureRequest) -> None:
    """Placed, changed, withdrawn; withdrawn again it is still withdrawn."""
    order = named(replace(LIMIT, lasts=Lasts.POST_ONLY), request)
    link = order.client_order_id
    ours.place(order)
    ours.amend(AmendRequest(client_order_id=link, symbol="BTCUSDT", price=D(94_000), quantity=D("0.002")))
    seen = ours.order("BTCUSDT", client_order_id=link)
    assert seen is not None
    assert (seen.state, seen.price, seen.quantity, seen.kind) == (OrderState.NEW, D(94_000), D("0.002"), OrderKind.LIMIT)
    ours.cancel(CancelRequest(symbol="BTCUSDT", client_order_id=link))
    gone = ours.order("BTCUSDT", client_order_id=link)
    assert gone is not None
    assert (gone.state, gone.reason) == (OrderState.CANCELLED, "CancelByUser")
    assert ours.open_orders() == []


def test_a_conditional_order(ours: Desk, request: pytest.FixtureRequest) -> None:
    """It rests untriggered with its stop attached, and its trigger can be moved."""
    order = named(STOP, request)
    ours.place(order)
    ours.amend(AmendRequest(client_order_id=order.client_order_id, symbol="BTCUSDT", trigger_price=D(106_000)))
    seen = ours.open_orders("BTCUSDT")[0]
    assert (seen.kind, seen.state, seen.trigger_price, seen.stop, seen.price) == (
        OrderKind.STOP,
        OrderState.UNTRIGGERED,
        D(106_000),
        D(104_000),
        None,
    )


def test_protecting_a_position(ours: Desk, request: pytest.FixtureRequest) -> None:
    """Stop and trail are set, moved, taken away; the same once more is no problem."""
    ours.place(named(MARKET, request))
    for stop, trail in ((D(98_000), None), (D(98_000), None), (D(98_500), D(500)), (D(0), D(0))):
        ours.protect(ProtectRequest(symbol="BTCUSDT", stop=stop, trail_distance=trail))
        held = ours.position("BTCUSDT")
        assert (held.stop or D(0), held.trail_distance or D(0)) == (stop, trail or D(0))


@pytest.mark.parametrize(
    ("order", "reaction"),
    [
        pytest.param(replace(LIMIT, price=D(120_000)), Reaction.REQUOTE, id="a price beyond the band"),
        pytest.param(replace(MARKET, quantity=D(900)), Reaction.SHRINK, id="more than there is money for"),
        pytest.param(replace(MARKET, reduce_only=True), Reaction.RESYNC, id="nothing to reduce"),
        pytest.param(replace(MARKET, stop=D(100_001)), Reaction.EXIT_NOW, id="a stop already passed"),
        pytest.param(replace(STOP, rises=False, stop=None), Reaction.EXIT_NOW, id="a trigger on the wrong side"),
        pytest.param(replace(LIMIT, price=D("95000.05")), Reaction.BUG, id="a price off the tick"),
        pytest.param(replace(MARKET, symbol="NOPEUSDT"), Reaction.BUG, id="a symbol nobody knows"),
    ],
)
def test_refusals(ours: Desk, order: OrderRequest, reaction: Reaction, request: pytest.FixtureRequest) -> None:
    """The venue's no comes with what it asks of us, and nothing rests afterwards."""
    with pytest.raises(Rejected) as caught:
        ours.place(named(order, request))
    assert caught.value.reaction is reaction
    assert ours.open_orders() == []


def test_an_id_used_twice(ours: Desk, request: pytest.FixtureRequest) -> None:
    """The second order of an id is refused: the first got through and is to be adopted."""
    order = named(LIMIT, request)
    ours.place(order)
    with pytest.raises(Rejected) as caught:
        ours.place(order)
    assert caught.value.reaction is Reaction.ADOPT


def test_what_the_venue_does_not_know(ours: Desk) -> None:
    """An order nobody placed, an id to cancel that never was, a symbol without position."""
    assert ours.order("BTCUSDT", client_order_id="never") is None
    with pytest.raises(Rejected) as caught:
        ours.cancel(CancelRequest(symbol="BTCUSDT", client_order_id="never"))
    assert caught.value.reaction is Reaction.ASK
    assert (ours.position("ETHUSDT").side, ours.position("ETHUSDT").quantity) == (0, D(0))


def test_every_page(ours: Desk, request: pytest.FixtureRequest) -> None:
    """More open orders than the venue's largest page, and fills of more than one."""
    for n in range(60):
        ours.place(named(replace(LIMIT, client_order_id=f"p{n}", price=D(95_000 - n)), request))
    assert len({each.client_order_id for each in ours.open_orders()}) == 60
    start_ms = ours.server_ms()
    for n in range(110):
        ours.place(named(replace(MARKET, client_order_id=f"f{n}", quantity=D("0.001")), request))
    found = ours.fills(since_ms=start_ms, symbol="BTCUSDT")
    assert len(found) == len({each.execution_id for each in found}) == 110
    assert [each.client_order_id.partition("-")[0] for each in found] == [f"f{n}" for n in range(110)]
    assert len(ours.ledger(since_ms=start_ms)) == 110


def test_weeks_are_asked_one_by_one(ours: Desk) -> None:
    """A longer span than the venue allows is asked for in windows that neither overlap nor leave a hole."""
    now_ms = ours.server_ms()
    assert ours.fills(since_ms=now_ms - 20 * DAY_MS, until_ms=now_ms - 10 * DAY_MS) == []
    spans = list(windows(0, 20, 7))
    assert spans == [(0, 6), (7, 13), (14, 20)]
    assert list(windows(5, 4, 7)) == []


def test_the_market(ours: Desk) -> None:
    """Prices, rules and the venue's time."""
    price, contract = ours.price("BTCUSDT"), ours.contract("BTCUSDT")
    assert (price.symbol, price.last, price.mark) == ("BTCUSDT", 100_000.0, 100_000.0)
    assert (contract.tick, contract.step, contract.min_notional, contract.max_leverage) == (D("0.1"), D("0.001"), D(5), D(100))
    assert (contract.funding_interval_ms, contract.trading) == (28_800_000, True)
    assert abs(ours.server_ms() - ours.rest.offset.venue_ms()) < 1_000


def test_candles_are_closed_and_oldest_first() -> None:
    """More than a page, newest first as the venue lists them, the last one still forming: what comes is closed, in order, without holes."""
    start_ms, count = 1_700_000_000_000 - 1_700_000_000_000 % HOUR, 2_500
    now_ms = start_ms + count * HOUR + 5

    def page(asked: Any) -> Any:
        first, last = int(asked.query["start"]), int(asked.query["end"])
        opens = [start_ms + n * HOUR for n in range(count + 1) if first <= start_ms + n * HOUR <= last]
        listed = [[str(at), "1", "2", "0.5", "1.5", "10", "15"] for at in reversed(opens)][: int(asked.query["limit"])]
        return good({"symbol": "X", "category": "linear", "list": listed}, time=now_ms)

    with venue({"/v5/market/kline": [page]}) as there, desk(there.url, StillClock(now_ms)) as ours:
        found = ours.candles("X", HOUR, start_ms=start_ms, end_ms=now_ms + HOUR)
        assert [each.open_ms for each in found] == [start_ms + n * HOUR for n in range(count)]
        assert all(each.closed for each in found)
        assert len(there.paths()) == 3
        assert [each.open_ms for each in ours.candles("X", HOUR, start_ms=start_ms + HOUR, end_ms=start_ms + 2 * HOUR)] == [start_ms + HOUR]


def test_a_cursor_that_stands_still() -> None:
    """A list whose cursor never moves ends instead of running for ever."""
    answer = good({"list": [{"symbol": "X", "side": "", "size": "0"}], "nextPageCursor": "same"})
    with venue({"/v5/position/list": [answer]}) as there, desk(there.url) as ours:
        assert len(whole(ours.rest, queries.positions("linear", "USDT"), "position", rows.position)) == 2
        assert len(there.paths()) == 2


def test_settings_of_an_account(ours: Desk) -> None:
    """Leverage, margin and position mode are set and read back; what stands so already is fine."""
    for leverage in (D(7), D(7), D(10)):
        ours.set_leverage("BTCUSDT", leverage)
        assert ours.position("BTCUSDT").leverage == leverage
    for isolated in (True, True, False):
        ours.set_isolated(isolated)
        assert ours.account().isolated_margin is isolated
    ours.set_one_way("BTCUSDT")
    assert ours.account().unified


def test_what_the_key_may(ours: Desk) -> None:
    """The rights of the key, and fees that demo does not tell."""
    key = ours.key()
    assert (key.read_only, key.can_trade, key.can_withdraw, key.bound_to_ip, key.expires_ms) == (False, True, False, False, 0)
    assert ours.fees("BTCUSDT") is None


def test_fees_where_they_are_told() -> None:
    """The test world tells what the account pays."""
    with served(Service(environment="testnet")) as exchange, desk_at(exchange) as ours:
        fees = ours.fees("BTCUSDT")
        assert fees is not None
        assert (fees.taker, fees.maker) == (D("0.00055"), D("0.0002"))


def test_a_key_that_is_not_known(running: Served) -> None:
    """The venue does not take it: trading stops."""
    with desk_at(running, keys=KEYS) as ours, pytest.raises(Halting) as caught:
        ours.wallet()
    assert caught.value.code == 10003


def test_spot(running: Served, request: pytest.FixtureRequest) -> None:
    """On spot coins are bought in coins, held as positions, and the fee in coins is told in money."""
    order = named(replace(MARKET, quantity=D("0.01")), request)
    with desk_at(running, category="spot") as ours:
        ack = ours.place(order)
        held = ours.position("BTCUSDT")
        assert (held.side, D("0.009") < held.quantity <= D("0.01"), held.stop) == (1, True, None)
        fill = ours.fills(since_ms=ack.at_ms - 1_000, symbol="BTCUSDT")[-1]
        assert (fill.quantity, fill.fee > D("0.5")) == (D("0.01"), True)
        ours.place(replace(order, client_order_id=f"{order.client_order_id}x", side=-1, quantity=D("0.009")))
        assert ours.contract("BTCUSDT").max_leverage == 1


def test_a_venue_that_takes_no_orders() -> None:
    """Paper speaks to nobody; a simulated run speaks to nobody beyond this machine."""
    with pytest.raises(ConfigError, match="takes no orders"):
        dialect_of(Paper())
    with pytest.raises(ConfigError, match="leave this machine"):
        dialect_of(Bybit(), simulated=True)
    assert dialect_of(Bybit(endpoint="http://127.0.0.1:80"), simulated=True).endpoint == "http://127.0.0.1:80"


def test_the_desk_of_an_account(running: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Venue and account as they are configured, keys from the environment the account names."""
    monkeypatch.setenv("MY_KEY", theirs().key.reveal())
    monkeypatch.setenv("MY_SECRET", theirs().secret.reveal())
    account = Account(
        name="mine",
        size=10_000.0,
        currency="USDT",
        phase="challenge",
        variant="standard",
        purchased="",
        book=RuleBook(initial=10_000.0, currency="USDT", phases=(), rows=(), clocks=()),
        gate=GateSettings(),
        secrets={"key": "MY_KEY", "secret": "MY_SECRET"},
    )
    found = desk_of(Bybit(endpoint=running.http), account, StillClock(running.core.now_ms), simulated=True)
    assert found.account().unified
    found.close()


class WrongClock(WallClock):
    """The machine's clock, set wrong."""

    def __init__(self, skew_ms: int) -> None:
        self.skew_ms = skew_ms

    def now_ms(self) -> int:
        """What it shows."""
        return super().now_ms() + self.skew_ms


@pytest.mark.parametrize("skew_ms", [-5_000, 5_000])
def test_a_machine_whose_clock_is_wrong(skew_ms: int) -> None:
    """Five seconds either way: orders are taken, the streams log in."""
    clock = WrongClock(skew_ms)
    with served(Service(setup=Setup(prices={"BTCUSDT": D(100_000)}))) as exchange:
        ours = Desk(BybitDialect(endpoint=exchange.http), theirs(), clock)
        assert ours.place(replace(MARKET, quantity=D("0.001"))).order_id
        assert abs(ours.rest.offset.offset_ms + skew_ms) < 500
        streams = Streams(ours.dialect, theirs(), ["BTCUSDT"], [60_000], lambda _: None, venue_ms=ours.rest.offset.venue_ms)
        streams.start()
        until(streams.up)
        streams.stop()
        ours.close()
