"""Payloads of Bybit as documented and recorded, read from data/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from runner.wire.fields import Row

DATA = Path(__file__).parent / "data"

KEY: dict[str, Any] = {
    "id": "13770661",
    "note": "bot",
    "apiKey": "XXXXXX",
    "readOnly": 0,
    "secret": "",
    "permissions": {"ContractTrade": ["Order", "Position"], "Spot": ["SpotTrade"], "Wallet": ["AccountTransfer"], "Options": []},
    "ips": ["*"],
    "type": 1,
    "deadlineDay": 83,
    "expiredAt": "2023-05-15T03:21:05Z",
    "createdAt": "2022-10-16T02:24:40Z",
}
LINEAR: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "contractType": "LinearPerpetual",
    "status": "Trading",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "settleCoin": "USDT",
    "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
    "priceFilter": {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"},
    "lotSizeFilter": {
        "maxOrderQty": "1190.000",
        "minOrderQty": "0.001",
        "qtyStep": "0.001",
        "maxMktOrderQty": "120.000",
        "minNotionalValue": "5",
    },
    "fundingInterval": 480,
}


def rest(name: str) -> Row:
    """The result of an answer; older recordings hold the result alone."""
    data = json.loads((DATA / "rest" / f"{name}.json").read_text(encoding="utf-8"))
    return Row(data.get("result", data), name)


def first(name: str) -> Row:
    """The first row of an answer's list."""
    return rest(name).rows("list", name)[0]


def frame(name: str) -> dict[str, Any]:
    """A stream's frame."""
    data: dict[str, Any] = json.loads((DATA / "stream" / f"{name}.json").read_text(encoding="utf-8"))
    return data


def changed(row: Row, **fields: Any) -> Row:
    """The row with other values; a field of `...` is left out."""
    data = {**row.data, **fields}
    return Row({name: value for name, value in data.items() if value is not ...}, row.where)
