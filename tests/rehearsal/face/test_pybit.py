"""The exchange seen by the real pybit client."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pybit.exceptions import FailedRequestError, InvalidRequestError

from runner.rehearsal.core.setup import Setup
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import Service
from tests.rehearsal.clients import http, streams, until

START_MS = 1_767_225_600_000
LINEAR: dict[str, Any] = {"category": "linear", "symbol": "BTCUSDT"}


@pytest.fixture
def exchange() -> Iterator[Served]:
    """An exchange with BTC at 100,000."""
    with served(Service(setup=Setup(prices={"BTCUSDT": Decimal(100_000)}), subscribe_delay_ms=(0, 1), stream_delay_ms=1)) as running:
        yield running


def refusal(call: Any, **arguments: Any) -> int:
    """The code with which the venue says no."""
    with pytest.raises(InvalidRequestError) as caught:
        call(**arguments)
    return int(caught.value.status_code)


def test_an_order_is_acknowledged_filled_and_protected(exchange: Served) -> None:
    """A market order with a stop attached leaves a position whose stop can be read back, and an order that carries it."""
    client = http(exchange)
    order = {"side": "Buy", "orderType": "Market", "qty": "0.1", "stopLoss": "99000", "orderLinkId": "one"}
    ack = client.place_order(**LINEAR, **order)["result"]
    row = client.get_positions(**LINEAR)["result"]["list"][0]
    assert ack["orderLinkId"] == "one"
    assert (row["side"], row["size"], row["avgPrice"], row["stopLoss"]) == ("Buy", "0.1", "100000", "99000")
    resting = client.get_open_orders(**LINEAR)["result"]["list"]
    assert [(each["stopOrderType"], each["triggerPrice"], each["orderStatus"]) for each in resting] == [
        ("StopLoss", "99000", "Untriggered")
    ]


def test_the_streams_tell_what_the_answer_did_not(exchange: Served) -> None:
    """Order, execution, position and wallet come over the private stream; the stop that fires comes too."""
    heard: dict[str, list[Any]] = {"order": [], "execution": [], "position": [], "wallet": []}
    stream = streams(exchange, "private")
    for topic, subscribe in (
        ("order", stream.order_stream),
        ("execution", stream.execution_stream),
        ("position", stream.position_stream),
        ("wallet", stream.wallet_stream),
    ):
        subscribe(lambda frame, topic=topic: heard[topic].extend(frame["data"]))
    assert until(lambda: any(len(each.topics) == 4 for each in exchange.wire.hub.connections.values()))
    http(exchange).place_order(**LINEAR, side="Buy", orderType="Market", qty="0.1", stopLoss="99000", orderLinkId="one")
    exchange.price("BTCUSDT", "98900", jump=False)
    assert until(lambda: len(heard["execution"]) == 2)
    stream.exit()
    assert [(fill["execPrice"], fill["closedSize"]) for fill in heard["execution"]] == [("100000", "0"), ("99000", "0.1")]
    assert heard["position"][-1]["side"] == ""
    assert any(row["createType"] == "CreateByStopLoss" and row["orderStatus"] == "Filled" for row in heard["order"])
    assert heard["wallet"][-1]["totalWalletBalance"] == "9889.055"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"qty": "0.0001"}, 10001, id="off the step"),
        pytest.param({"orderType": "Limit", "price": "100000.05"}, 10001, id="off the tick"),
        pytest.param({"orderType": "Limit", "price": "111000"}, 110003, id="a buy far above the mark"),
        pytest.param({"qty": "9"}, 110007, id="more than the margin allows"),
        pytest.param({"reduceOnly": True}, 110017, id="nothing to reduce"),
        pytest.param({"stopLoss": "100001"}, 110093, id="a stop already passed"),
        pytest.param({"triggerPrice": "99000", "triggerDirection": 1}, 110092, id="a trigger that cannot rise"),
        pytest.param({"positionIdx": 1}, 10001, id="a hedge index in one-way mode"),
        pytest.param({"orderLinkId": "not allowed!"}, 10001, id="an id of other characters"),
        pytest.param({"side": "buy"}, 10001, id="a side in the wrong case"),
        pytest.param({"symbol": "NOPEUSDT"}, 10001, id="an unknown symbol"),
    ],
)
def test_a_refused_order_carries_the_venues_code(exchange: Served, changes: dict[str, Any], code: int) -> None:
    """What the venue would refuse is refused, with its own code, and nothing rests afterwards."""
    order = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "qty": "0.001"} | changes
    assert refusal(http(exchange).place_order, **order) == code
    assert exchange.core.state.orders == {}


def test_an_id_is_used_once_and_never_again(exchange: Served) -> None:
    """The id of a cancelled order is still taken."""
    client = http(exchange)
    order = {"side": "Buy", "orderType": "Limit", "qty": "0.001", "price": "95000", "orderLinkId": "once"}
    client.place_order(**LINEAR, **order)
    client.cancel_order(**LINEAR, orderLinkId="once")
    assert refusal(client.place_order, **LINEAR, **order) == 110072
    assert refusal(client.cancel_order, **LINEAR, orderLinkId="once") == 110001


def test_a_wrong_secret_or_a_clock_ahead_is_turned_away(exchange: Served) -> None:
    """A bad signature is 10004, an unknown key 10003, a second ahead 10002."""
    assert refusal(http(exchange, secret="wr" + "ong").get_account_info) == 10004
    assert refusal(http(exchange, key="unknown").get_account_info) == 10003
    exchange.front.skew_ms = -1_100
    assert refusal(http(exchange).get_account_info) == 10002


def test_an_endpoint_may_be_asked_only_so_often(exchange: Served) -> None:
    """The eleventh order within a second is one too many, and the headers say so."""
    client = http(exchange)
    client.return_response_headers = True
    order = {"side": "Buy", "orderType": "Limit", "qty": "0.001", "price": "95000"}
    _, _, headers = client.place_order(**LINEAR, **order)
    assert (headers["X-Bapi-Limit"], headers["X-Bapi-Limit-Status"]) == ("10", "9")
    client.return_response_headers = False
    codes = [0] * 9
    for n in range(9):
        codes[n] = client.place_order(**LINEAR, **order)["retCode"]
    assert refusal(client.place_order, **LINEAR, **order) == 10006


def test_demo_trading_has_no_fee_rates() -> None:
    """What demo trading lacks is refused there and answered on testnet."""
    for environment, listed in (("demo", False), ("testnet", True)):
        with served(Service(environment=environment)) as running:  # type: ignore[arg-type]
            if listed:
                assert http(running).get_fee_rates(**LINEAR)["result"]["list"][0]["takerFeeRate"] == "0.00055"
            else:
                assert refusal(http(running).get_fee_rates, **LINEAR) == 10032


def test_what_is_not_served_is_not_found(exchange: Served) -> None:
    """An endpoint that is not there answers 404, not an empty success."""
    with pytest.raises(FailedRequestError) as caught:
        http(exchange).get_long_short_ratio(category="linear", symbol="BTCUSDT", period="5min")
    assert caught.value.status_code == 404


def test_pages_follow_their_cursor(exchange: Served) -> None:
    """Twenty-five open orders come in two pages of the venue's own size, newest first, none twice."""
    for n in range(25):
        exchange.front.counter.seen.clear()
        http_order = {"side": "Buy", "orderType": "Limit", "qty": "0.001", "price": "95000", "orderLinkId": f"o{n}"}
        http(exchange).place_order(**LINEAR, **http_order)
    client = http(exchange)
    first = client.get_open_orders(**LINEAR)["result"]
    second = client.get_open_orders(**LINEAR, cursor=first["nextPageCursor"])["result"]
    names = [row["orderLinkId"] for page in (first, second) for row in page["list"]]
    assert (len(first["list"]), second["nextPageCursor"]) == (20, "")
    assert names == [f"o{n}" for n in reversed(range(25))]
