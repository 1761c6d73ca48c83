"""Requests of the runner as calls of Bybit V5."""

from __future__ import annotations

from typing import Any, Literal

from runner.model.errors import DataError
from runner.model.trading import AmendRequest, CancelRequest, Lasts, OrderKind, OrderRequest, ProtectRequest
from runner.wire.bybit.words import LASTS, SIDES, TRIGGERS, Category, fixed
from runner.wire.call import Call, Urgency

PER_SECOND = {"linear": 10, "spot": 20}
POSITION_PER_SECOND = 10
LONGEST_ID = 36


def placed(request: OrderRequest, category: Category) -> Call:
    """A new order. Exits come before entries."""
    payload: dict[str, Any] = {
        "category": category,
        "symbol": request.symbol,
        "side": SIDES[request.side],
        "orderType": "Limit" if request.kind is OrderKind.LIMIT else "Market",
        "qty": fixed(request.quantity),
        "timeInForce": LASTS[request.lasts if request.kind is OrderKind.LIMIT else Lasts.IOC],
        "orderLinkId": _id(request.client_order_id),
        **_price(request),
        **_trigger(request, category),
        **_stop(request, category),
        **({"positionIdx": 0, "reduceOnly": request.reduce_only} if category == "linear" else {"marketUnit": "baseCoin"}),
    }
    return _post("/v5/order/create", payload, Urgency.PROTECTIVE if request.reduce_only else Urgency.ENTRY, PER_SECOND[category])


def _id(text: str) -> str:
    if not text or len(text) > LONGEST_ID or not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
        raise DataError(f"a client order id has 1 to {LONGEST_ID} letters, digits, '-' and '_', was {text!r}")
    return text


def _price(request: OrderRequest) -> dict[str, str]:
    if request.kind is not OrderKind.LIMIT:
        return {}
    if request.price is None:
        raise DataError(f"a limit order needs a price: {request.client_order_id}")
    return {"price": fixed(request.price)}


def _trigger(request: OrderRequest, category: Category) -> dict[str, Any]:
    if request.trigger_price is None:
        if request.kind is OrderKind.STOP:
            raise DataError(f"a stop order needs a trigger price: {request.client_order_id}")
        return {}
    if category == "spot":
        return {"triggerPrice": fixed(request.trigger_price), "orderFilter": "StopOrder"}
    direction = 1 if request.rises else 2
    return {"triggerPrice": fixed(request.trigger_price), "triggerDirection": direction, "triggerBy": TRIGGERS[request.trigger]}


def _stop(request: OrderRequest, category: Category) -> dict[str, str]:
    """The protective stop that comes with it. The venue allows none on an exit, and on spot only with a limit order."""
    if request.stop is None:
        return {}
    if request.reduce_only:
        raise DataError(f"an order that only reduces carries no stop of its own: {request.client_order_id}")
    if category == "spot":
        if request.kind is not OrderKind.LIMIT:
            raise DataError(f"on spot only a limit order carries a stop: {request.client_order_id}")
        return {"stopLoss": fixed(request.stop), "slOrderType": "Market"}
    return {
        "stopLoss": fixed(request.stop),
        "slTriggerBy": TRIGGERS[request.stop_trigger],
        "slOrderType": "Market",
        "tpslMode": "Full",
    }


def amended(request: AmendRequest, category: Category) -> Call:
    """A change of a resting order; only what changes is said."""
    changes = {"qty": request.quantity, "price": request.price, "triggerPrice": request.trigger_price}
    said = {name: fixed(value) for name, value in changes.items() if value is not None}
    if not said:
        raise DataError(f"an amendment changes something: {request.client_order_id}")
    payload = {"category": category, "symbol": request.symbol, "orderLinkId": _id(request.client_order_id), **said}
    return _post("/v5/order/amend", payload, Urgency.ENTRY, 10)


def cancelled(request: CancelRequest, category: Category) -> Call:
    """A withdrawal, by our id where there is one."""
    if not request.client_order_id and not request.order_id:
        raise DataError(f"a cancellation names an order of {request.symbol}")
    key = {"orderLinkId": request.client_order_id} if request.client_order_id else {"orderId": request.order_id}
    return _post("/v5/order/cancel", {"category": category, "symbol": request.symbol, **key}, Urgency.CANCEL, PER_SECOND[category])


def protected(request: ProtectRequest, category: Category) -> Call:
    """The position's own stop and trail; zero takes one away."""
    if category == "spot":
        raise DataError("a holding on spot has no stop of its own at Bybit; a conditional order protects it")
    payload: dict[str, Any] = {"category": category, "symbol": request.symbol, "tpslMode": "Full", "positionIdx": 0}
    if request.stop is not None:
        payload |= {"stopLoss": fixed(request.stop), "slTriggerBy": TRIGGERS[request.stop_trigger]}
    if request.trail_distance is not None:
        payload["trailingStop"] = fixed(request.trail_distance)
    if request.trail_from is not None:
        payload["activePrice"] = fixed(request.trail_from)
    if len(payload) == 4:
        raise DataError(f"a protection says a stop or a trail: {request.symbol}")
    return _post("/v5/position/trading-stop", payload, Urgency.PROTECTIVE, POSITION_PER_SECOND)


def levered(symbol: str, leverage: str, category: Category) -> Call:
    """Both sides' leverage."""
    payload = {"category": category, "symbol": symbol, "buyLeverage": leverage, "sellLeverage": leverage}
    return _post("/v5/position/set-leverage", payload, Urgency.ENTRY, POSITION_PER_SECOND)


def margined(mode: Literal["ISOLATED_MARGIN", "REGULAR_MARGIN"]) -> Call:
    """The account's margin mode."""
    return _post("/v5/account/set-margin-mode", {"setMarginMode": mode}, Urgency.ENTRY, 5)


def one_way(symbol: str, category: Category) -> Call:
    """One position a symbol instead of one a side."""
    return _post("/v5/position/switch-mode", {"category": category, "symbol": symbol, "mode": 0}, Urgency.ENTRY, POSITION_PER_SECOND)


def _post(path: str, payload: dict[str, Any], urgency: Urgency, per_second: int) -> Call:
    return Call(method="POST", path=path, payload=payload, urgency=urgency, per_second=per_second)
