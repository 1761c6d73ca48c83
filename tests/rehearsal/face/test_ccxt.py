"""The exchange seen by ccxt as it is, with nothing but its addresses changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import ccxt
import pytest

from runner.rehearsal.core.setup import BTC, ETH, Setup
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import KEY, SECRET, Service

PERPETUAL, PAIR = "BTC/USDT:USDT", "BTC/USDT"
SPOT = replace(BTC, spot=True, step=Decimal("0.000001"), min_quantity=Decimal("0.000001"))


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    """An exchange with a perpetual and a pair."""
    prices = {"BTCUSDT": Decimal(100_000), "spot:BTCUSDT": Decimal(100_000), "ETHUSDT": Decimal(3_000)}
    with served(Service(setup=Setup(listings=(BTC, ETH, SPOT), prices=prices, balance=Decimal(100_000)), limited=False)) as exchange:
        yield exchange


@pytest.fixture
def client(running: Served) -> Iterator[Any]:
    """ccxt, redirected; the account is flat and without orders before and after."""

    def moved(node: Any) -> Any:
        return {name: moved(value) for name, value in node.items()} if isinstance(node, dict) else running.http + urlsplit(node).path

    options = {"defaultType": "swap", "fetchMarkets": {"types": ["linear", "spot"]}}
    exchange = ccxt.bybit({"apiKey": KEY, "secret": SECRET, "options": options, "enableRateLimit": False})
    exchange.urls["api"] = moved(exchange.urls["api"])
    exchange.load_markets()
    yield exchange
    exchange.cancel_all_orders(PERPETUAL)
    exchange.cancel_all_orders(PAIR)
    running.call(lambda: running.core.close_by_hand("BTCUSDT"))
    exchange.session.close()


def test_markets_and_prices_are_read(client: Any) -> None:
    """Symbols with their steps, the ticker, a thin book, the time."""
    assert sorted(client.markets) == [PAIR, PERPETUAL, "ETH/USDT:USDT"]
    assert (client.markets[PERPETUAL]["precision"]["price"], client.markets[PERPETUAL]["limits"]["amount"]["min"]) == (0.1, 0.001)
    assert client.fetch_ticker(PERPETUAL)["last"] == 100_000
    assert client.fetch_order_book(PERPETUAL)["bids"][0][0] == 100_000


def test_an_order_with_its_stop_is_placed_and_read_back(client: Any) -> None:
    """The position has the stop; the trade has the fee."""
    exits = {"stopLoss": {"triggerPrice": 99_000}, "takeProfit": {"triggerPrice": 103_000}}
    made = client.create_order(PERPETUAL, "market", "buy", 0.1, None, exits)
    position = client.fetch_positions([PERPETUAL])[0]
    assert (position["contracts"], position["entryPrice"], position["stopLossPrice"]) == (0.1, 100_000, 99_000)
    trades = client.fetch_my_trades(PERPETUAL, params={"orderId": made["id"]})
    assert [(trade["price"], trade["amount"], trade["fee"]["cost"]) for trade in trades] == [(100_000, 0.1, 5.5)]
    assert {order["triggerPrice"] for order in client.fetch_open_orders(PERPETUAL)} == {99_000, 103_000}


def test_resting_orders_are_changed_and_withdrawn(client: Any) -> None:
    """Limit and conditional orders; what was withdrawn is told as canceled."""
    limit = client.create_order(PERPETUAL, "limit", "buy", 0.1, 95_000)
    wait = client.create_order(PERPETUAL, "market", "buy", 0.01, None, {"triggerPrice": 105_000, "triggerDirection": "ascending"})
    client.edit_order(limit["id"], PERPETUAL, "limit", "buy", 0.2, 95_500)
    changed = client.fetch_order(limit["id"], PERPETUAL, {"acknowledged": True})
    assert (changed["price"], changed["amount"], changed["status"]) == (95_500, 0.2, "open")
    for order in (limit, wait):
        client.cancel_order(order["id"], PERPETUAL)
    assert client.fetch_open_orders(PERPETUAL) == []
    assert {o["id"] for o in client.fetch_canceled_orders(PERPETUAL)} >= {limit["id"], wait["id"]}


def test_refusals_are_the_exceptions_ccxt_knows(client: Any) -> None:
    """Too much for the margin, nothing to cancel, an id used before."""
    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order(PERPETUAL, "market", "buy", 90)
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order("none", PERPETUAL)
    client.create_order(PERPETUAL, "limit", "buy", 0.1, 95_000, {"clientOrderId": "taken"})
    with pytest.raises(ccxt.InvalidOrder, match="110072"):
        client.create_order(PERPETUAL, "limit", "buy", 0.1, 95_000, {"clientOrderId": "taken"})


def test_a_pair_changes_coins(client: Any) -> None:
    """A purchase pays its fee in the coin that was bought; a resting sale locks it."""
    before = client.fetch_balance()
    client.create_order(PAIR, "market", "buy", 0.01, 100_000)
    client.create_order(PAIR, "limit", "sell", 0.005, 101_000)
    after = client.fetch_balance()
    held = after["BTC"]["total"] - before.get("BTC", {"total": 0.0})["total"]
    assert (round(held, 8), after["BTC"]["used"]) == (0.0099945, 0.005)
    assert after["USDT"]["total"] == before["USDT"]["total"] - 1_000


def test_candles_come_oldest_first(client: Any, running: Served) -> None:
    """Ccxt turns the venue's order round; the trades of the market are in them."""
    running.price("BTCUSDT", "100100")
    running.price("BTCUSDT", "100000")
    rows = client.fetch_ohlcv(PERPETUAL, "1m")
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert (max(row[2] for row in rows), rows[-1][4]) == (100_100, 100_000)
