"""Requests as Bybit is told them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from runner.model.errors import DataError
from runner.model.plan import Trigger
from runner.model.trading import AmendRequest, CancelRequest, Lasts, OrderKind, OrderRequest, ProtectRequest, Request
from runner.wire.bybit import BybitDialect
from runner.wire.call import Urgency

D = Decimal
LINEAR, SPOT = BybitDialect(), BybitDialect(category="spot")
MARKET = OrderRequest(client_order_id="a-1", symbol="BTCUSDT", side=1, kind=OrderKind.MARKET, quantity=D("0.010"))
LIMIT = replace(MARKET, kind=OrderKind.LIMIT, price=D("30000.10"), lasts=Lasts.POST_ONLY)
STOP = replace(MARKET, kind=OrderKind.STOP, trigger_price=D(31000), trigger=Trigger.MARK, side=-1, rises=False)
SAID = {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "a-1", "positionIdx": 0, "reduceOnly": False, "qty": "0.010"}
PROTECTION = {"stopLoss": "29000", "slTriggerBy": "IndexPrice", "slOrderType": "Market", "tpslMode": "Full"}


@pytest.mark.parametrize(
    ("request_", "payload"),
    [
        pytest.param(MARKET, {"side": "Buy", "orderType": "Market", "timeInForce": "IOC"}, id="market"),
        pytest.param(LIMIT, {"side": "Buy", "orderType": "Limit", "timeInForce": "PostOnly", "price": "30000.10"}, id="limit"),
        pytest.param(
            STOP,
            {
                "side": "Sell",
                "orderType": "Market",
                "timeInForce": "IOC",
                "triggerPrice": "31000",
                "triggerDirection": 2,
                "triggerBy": "MarkPrice",
            },
            id="stop",
        ),
        pytest.param(
            replace(MARKET, stop=D(29000), stop_trigger=Trigger.INDEX),
            {"side": "Buy", "orderType": "Market", "timeInForce": "IOC", **PROTECTION},
            id="with its stop",
        ),
    ],
)
def test_orders(request_: OrderRequest, payload: dict[str, Any]) -> None:
    """Every kind of order says what it needs and nothing else."""
    call = LINEAR.call(request_)
    assert (call.method, call.path) == ("POST", "/v5/order/create")
    assert call.payload == {**SAID, **payload}


def test_spot_orders_speak_of_coins() -> None:
    """On spot the quantity of a market order is in coins, and there is neither side index nor reduce-only."""
    call = SPOT.call(MARKET)
    assert call.payload["marketUnit"] == "baseCoin"
    assert not {"positionIdx", "reduceOnly", "tpslMode"} & set(call.payload)
    assert SPOT.call(replace(STOP, trigger=Trigger.LAST)).payload["orderFilter"] == "StopOrder"


@pytest.mark.parametrize(
    ("quantity", "text"),
    [(D("1E-5"), "0.00001"), (D("1E+3"), "1000"), (D("0.10"), "0.10"), (D(5), "5")],
    ids=["small", "round", "trailing zero", "whole"],
)
def test_numbers_are_written_out(quantity: Decimal, text: str) -> None:
    """A venue is told 0.00001 and 1000, never an exponent."""
    assert LINEAR.call(replace(MARKET, quantity=quantity)).payload["qty"] == text


@pytest.mark.parametrize(
    ("request_", "urgency"),
    [
        (MARKET, Urgency.ENTRY),
        (replace(MARKET, reduce_only=True), Urgency.PROTECTIVE),
        (CancelRequest(symbol="BTCUSDT", client_order_id="a-1"), Urgency.CANCEL),
        (ProtectRequest(symbol="BTCUSDT", stop=D(1)), Urgency.PROTECTIVE),
        (AmendRequest(client_order_id="a-1", symbol="BTCUSDT", price=D(1)), Urgency.ENTRY),
    ],
    ids=["entry", "exit", "cancel", "protect", "amend"],
)
def test_what_goes_first(request_: Request, urgency: Urgency) -> None:
    """Stops and exits before cancellations before entries."""
    assert LINEAR.call(request_).urgency is urgency


def test_amendments_say_only_what_changes() -> None:
    """What is None stays as it is at the venue."""
    call = LINEAR.call(AmendRequest(client_order_id="a-1", symbol="BTCUSDT", trigger_price=D("1.50")))
    assert call.payload == {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "a-1", "triggerPrice": "1.50"}


def test_cancellations_by_either_id() -> None:
    """Ours where there is one, otherwise the venue's."""
    ours = LINEAR.call(CancelRequest(symbol="X", client_order_id="a", order_id="b"))
    theirs = LINEAR.call(CancelRequest(symbol="X", order_id="b"))
    assert ours.payload == {"category": "linear", "symbol": "X", "orderLinkId": "a"}
    assert theirs.payload == {"category": "linear", "symbol": "X", "orderId": "b"}


def test_protection_of_a_position() -> None:
    """Stop and trail of the whole position; zero takes one away, None says nothing of it."""
    trail = LINEAR.call(ProtectRequest(symbol="X", trail_distance=D("0.5"), trail_from=D(20))).payload
    assert trail == {
        "category": "linear",
        "symbol": "X",
        "tpslMode": "Full",
        "positionIdx": 0,
        "trailingStop": "0.5",
        "activePrice": "20",
    }
    assert LINEAR.call(ProtectRequest(symbol="X", stop=D(0))).payload["stopLoss"] == "0"


@pytest.mark.parametrize(
    ("dialect", "request_", "message"),
    [
        pytest.param(LINEAR, replace(LIMIT, price=None), "needs a price", id="limit without price"),
        pytest.param(LINEAR, replace(STOP, trigger_price=None), "needs a trigger", id="stop without trigger"),
        pytest.param(LINEAR, replace(MARKET, client_order_id="a b"), "client order id", id="id with a blank"),
        pytest.param(LINEAR, replace(MARKET, client_order_id="x" * 37), "client order id", id="id too long"),
        pytest.param(LINEAR, replace(MARKET, client_order_id="é"), "client order id", id="id with an accent"),
        pytest.param(LINEAR, replace(MARKET, quantity=D("NaN")), "never told NaN", id="no number"),
        pytest.param(LINEAR, replace(MARKET, reduce_only=True, stop=D(1)), "no stop of its own", id="an exit with a stop"),
        pytest.param(SPOT, replace(MARKET, stop=D(1)), "only a limit order", id="spot market with a stop"),
        pytest.param(SPOT, ProtectRequest(symbol="X", stop=D(1)), "conditional order", id="spot protection"),
        pytest.param(LINEAR, ProtectRequest(symbol="X"), "a stop or a trail", id="empty protection"),
        pytest.param(LINEAR, AmendRequest(client_order_id="a", symbol="X"), "changes something", id="empty amendment"),
        pytest.param(LINEAR, CancelRequest(symbol="X"), "names an order", id="cancelling nothing"),
    ],
)
def test_refuses(dialect: BybitDialect, request_: Request, message: str) -> None:
    """What the venue could only misunderstand is not sent."""
    with pytest.raises(DataError, match=message):
        dialect.call(request_)
