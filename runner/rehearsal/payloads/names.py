"""Which answer or frame of ours a recorded file is to be held against; and why some are held against none."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

ENVELOPE = frozenset({"retCode", "result"})
WRAPPERS = frozenset({"LinearInverse", "Option", "Spot", "LinearInverseOption"})
REQUEST = re.compile(r"http-request|subscribe-example|__request-example|understanding-websocket-filters")

PAGES = {
    "market-time": "market/time",
    "market-kline": "market/kline",
    "market-instrument": "market/instruments-info",
    "market-tickers": "market/tickers",
    "market-recent-trade": "market/recent-trade",
    "market-history-fund-rate": "market/funding/history",
    "market-orderbook": "market/orderbook",
    "order-create-order": "order/create",
    "order-amend-order": "order/amend",
    "order-cancel-order": "order/cancel",
    "order-cancel-all": "order/cancel-all",
    "order-open-order": "order/realtime",
    "order-order-list": "order/history",
    "order-execution": "execution/list",
    "position-position": "position/list",
    "position-trading-stop": "position/trading-stop",
    "position-leverage": "position/set-leverage",
    "position-position-mode": "position/switch-mode",
    "position-close-pnl": "position/closed-pnl",
    "account-wallet-balance": "account/wallet-balance",
    "account-account-info": "account/info",
    "account-fee-rate": "account/fee-rate",
    "account-transaction-log": "account/transaction-log",
    "account-set-margin-mode": "account/set-margin-mode",
    "websocket-private-order": "stream/order",
    "websocket-private-execution": "stream/execution",
    "websocket-private-position": "stream/position",
    "websocket-private-wallet": "stream/wallet",
    "websocket-public-kline": "stream/kline",
    "websocket-public-ticker": "stream/tickers",
    "websocket-public-trade": "stream/publicTrade",
}
RECORDED = {
    "v5-account-get-account-info": "account/info",
    "v5-account-get-transaction-log": "account/transaction-log",
    "v5-account-get-wallet-balance": "account/wallet-balance",
    "v5-amend-order": "order/amend",
    "v5-cancel-order": "order/cancel",
    "v5-cancel-all-orders": "order/cancel-all",
    "v5-create-order": "order/create",
    "v5-execution-get-execution-list": "execution/list",
    "v5-get-history-orders": "order/history",
    "v5-market-get-funding-rate-history": "market/funding/history",
    "v5-market-get-instruments-info": "market/instruments-info",
    "v5-market-get-kline": "market/kline",
    "v5-market-get-orderbook": "market/orderbook",
    "v5-market-get-public-trading-history": "market/recent-trade",
    "v5-market-get-tickers": "market/tickers",
    "v5-position-get-closed-pnl": "position/closed-pnl",
    "v5-position-get-position-info": "position/list",
    "private-v5-execution": "stream/execution",
    "private-v5-position": "stream/position",
    "private-v5-wallet": "stream/wallet",
    "public-v5-ticker": "stream/tickers",
}
OPERATIONS = {"auth": "stream/auth", "ping": "stream/ping", "pong": "stream/pong", "subscribe": "stream/subscribe"}


class Sorted(NamedTuple):
    """What a file is: the name of our counterpart and the payload to compare, or the reason why it is skipped."""

    name: str
    payload: Any
    why: str


def skip(why: str) -> Sorted:
    """A file that is held against nothing."""
    return Sorted("", None, why)


def sort(stem: str, payload: Any) -> Sorted:
    """What a recorded file is to be held against, by its name and its content."""
    page, _, part = stem.partition("__")
    if REQUEST.search(stem):
        return skip("a request, not an answer")
    if page == "websocket-wss-authentication":
        return operation(payload)
    if page == "websocket-public-ticker":
        return ticker(payload)
    name = PAGES.get(page) if part else recorded(stem)
    if name is None:
        return skip("not served here")
    return answer(name, payload)


def recorded(stem: str) -> str | None:
    """The counterpart of a recorded answer, whose name may end with its category."""
    for category in ("", "-spot", "-inverse", "-option", "-linear"):
        if category == "" and stem in RECORDED:
            return RECORDED[stem]
        if category and stem.endswith(category) and stem.removesuffix(category) in RECORDED:
            return RECORDED[stem.removesuffix(category)]
    return None


def operation(payload: Any) -> Sorted:
    """An answer on a stream to something a client said."""
    if not isinstance(payload, dict) or payload.get("op") not in OPERATIONS:
        return skip("not served here")
    if payload["op"] in ("subscribe", "auth") and "args" in payload:
        return skip("a request, not an answer")
    return Sorted(OPERATIONS[payload["op"]], payload, "")


def ticker(payload: Any) -> Sorted:
    """A ticker of the stream, by its market."""
    data = payload["data"]
    if "bidIv" in data:
        return skip("category option is not served")
    return Sorted("stream/tickers/spot" if "usdIndexPrice" in data else "stream/tickers/linear", payload, "")


def answer(name: str, payload: Any) -> Sorted:
    """An answer, with or without its envelope, told apart by category where the venue does."""
    whole = isinstance(payload, dict) and payload.keys() >= ENVELOPE
    result = payload["result"] if whole else payload
    if isinstance(result, dict) and result and result.keys() <= WRAPPERS:
        filled = [each for each in result.values() if each is not None]
        if len(filled) > 1:
            return skip("two categories side by side, as no answer is")
        result = filled[0]
    if name == "stream/tickers":
        inner = result["data"]
        if inner.keys() <= WRAPPERS:
            result = result | {"data": next(each for each in inner.values() if each is not None)}
        return Sorted("stream/tickers/linear", result, "")
    if name.startswith("stream/"):
        return Sorted(name, result, "")
    return placed(name, {"result": result} | ({k: v for k, v in payload.items() if k != "result"} if whole else {}), result)


def placed(name: str, payload: Any, result: Any) -> Sorted:
    """A REST answer with its category."""
    rows = result.get("list") if isinstance(result, dict) else None
    if rows and name == "market/kline" and isinstance(rows[0], dict):
        return skip("rows with names, where the venue sends arrays")
    if name == "market/orderbook" and isinstance(result["b"][0], dict):
        return skip("rows with names, where the venue sends arrays")
    category = result.get("category", "") if isinstance(result, dict) else ""
    if category == "option":
        return skip("category option is not served")
    spot = name in ("market/instruments-info", "market/tickers") and (category == "spot" or (rows and "usdIndexPrice" in rows[0]))
    return Sorted(f"{name}/spot" if spot else name, payload, "")
