"""Questions of the runner as calls of Bybit V5. Lists are asked for in the largest pages there are."""

from __future__ import annotations

from typing import Any

from runner.wire.bybit.words import Category, interval
from runner.wire.call import Call

WEEK_MS = 7 * 24 * 3_600_000
CANDLES = 1000  # the largest page of them


def clock() -> Call:
    """The venue's time."""
    return _public("/v5/market/time")


def orders_now(category: Category, settle: str, symbol: str | None, client_order_id: str | None = None) -> Call:
    """Resting orders of every kind; of one id also one that has ended lately."""
    which = {"symbol": symbol} if symbol else ({"settleCoin": settle} if category == "linear" else {})
    ours = {"orderLinkId": client_order_id} if client_order_id else {"openOnly": 0}
    return _signed("/v5/order/realtime", 50, category=category, **which, **ours, limit=50)


def orders_before(category: Category, symbol: str, client_order_id: str) -> Call:
    """The order of this id among those that have ended."""
    return _signed("/v5/order/history", 50, category=category, symbol=symbol, orderLinkId=client_order_id, limit=50)


def fills(category: Category, symbol: str | None, client_order_id: str | None, since_ms: int, until_ms: int) -> Call:
    """Executions of at most a week."""
    which = {name: value for name, value in (("symbol", symbol), ("orderLinkId", client_order_id)) if value}
    return _signed("/v5/execution/list", 50, category=category, **which, startTime=since_ms, endTime=until_ms, limit=100)


def positions(category: Category, settle: str) -> Call:
    """All positions that are not flat."""
    return _signed("/v5/position/list", 50, category=category, settleCoin=settle, limit=200)


def position(category: Category, symbol: str) -> Call:
    """The position of one symbol, flat or not."""
    return _signed("/v5/position/list", 50, category=category, symbol=symbol)


def wallet() -> Call:
    """The account's money."""
    return _signed("/v5/account/wallet-balance", 50, accountType="UNIFIED")


def ledger(settle: str, since_ms: int, until_ms: int) -> Call:
    """What moved money, of at most a week."""
    return _signed(
        "/v5/account/transaction-log", 25, accountType="UNIFIED", currency=settle, startTime=since_ms, endTime=until_ms, limit=50
    )


def candles(category: Category, symbol: str, timeframe_ms: int, start_ms: int, end_ms: int) -> Call:
    """Candles whose open lies in start … end, both included; at most a page of them."""
    name = interval(timeframe_ms)
    return _public("/v5/market/kline", category=category, symbol=symbol, interval=name, start=start_ms, end=end_ms, limit=CANDLES)


def price(category: Category, symbol: str) -> Call:
    """The prices of one symbol."""
    return _public("/v5/market/tickers", category=category, symbol=symbol)


def contract(category: Category, symbol: str) -> Call:
    """The venue's rules for one symbol."""
    return _public("/v5/market/instruments-info", category=category, symbol=symbol)


def fees(category: Category, symbol: str) -> Call:
    """What the account pays on one symbol."""
    return _signed("/v5/account/fee-rate", 5, category=category, symbol=symbol)


def account() -> Call:
    """How the account is set up."""
    return _signed("/v5/account/info", 50)


def key() -> Call:
    """What the key may do."""
    return _signed("/v5/user/query-api", 10)


def _signed(path: str, per_second: int, **payload: Any) -> Call:
    return Call(method="GET", path=path, payload=payload, per_second=per_second)


def _public(path: str, **payload: Any) -> Call:
    return Call(method="GET", path=path, payload=payload, signed=False)
