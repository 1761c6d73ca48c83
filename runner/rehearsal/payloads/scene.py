"""One of everything: a short play on an exchange of our own, whose answers and frames are what recorded ones are held against."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from runner.rehearsal.core.setup import BTC, Setup
from runner.rehearsal.face import streams
from runner.rehearsal.face.front import Front
from runner.rehearsal.face.gate import signature
from runner.rehearsal.service import KEY, SECRET, Service

PERPETUAL = {"category": "linear", "symbol": "BTCUSDT"}
PAIR = {"category": "spot", "symbol": "BTCUSDT"}


class Scene:
    """An exchange without sockets, and a client that signs what it asks."""

    def __init__(self) -> None:
        spot = replace(BTC, spot=True, step=Decimal("0.000001"), min_quantity=Decimal("0.000001"))
        setup = Setup(listings=(BTC, spot), prices={"BTCUSDT": Decimal(100_000), "spot:BTCUSDT": Decimal(100_000)})
        self.front = Front(Service(setup=setup, pace="still", environment="testnet", limited=False))
        self.found: dict[str, Any] = {}

    def get(self, path: str, **query: Any) -> Any:
        """A question, signed."""
        return self.ask("GET", path, urlencode(query), b"")

    def post(self, path: str, **body: Any) -> Any:
        """A request, signed."""
        return self.ask("POST", path, "", json.dumps(body).encode())

    def ask(self, method: str, path: str, query: str, body: bytes) -> Any:
        """Send it past the venue's gate, and keep the answer under its name."""
        now = str(self.front.exchange.now_ms)
        sign = signature(SECRET, now + KEY + "5000" + (query or body.decode()))
        headers = {"X-BAPI-API-KEY": KEY, "X-BAPI-TIMESTAMP": now, "X-BAPI-RECV-WINDOW": "5000", "X-BAPI-SIGN": sign}
        answer = json.loads(self.front.answer(method, f"/v5/{path}", query, body, headers).body)
        if answer["retCode"] == 0:
            self.found[path] = answer
        return answer["result"]

    def frames(self) -> None:
        """Keep the richest frame of each topic."""
        for frame in self.front.drain():
            whole = json.loads(frame.text)
            self.found[f"stream/{whole['topic']}"] = whole


def play() -> dict[str, Any]:
    """Every answer and frame that can be compared, by name."""
    scene = Scene()
    trade(scene)
    scene.frames()
    look(scene)
    public_frames(scene)
    scene.found |= greetings()
    return scene.found


def trade(scene: Scene) -> None:
    """Open, change, close, fund; leave something open."""
    order = PERPETUAL | {"side": "Buy", "qty": "0.1"}
    scene.post("order/create", **order, orderType="Market", stopLoss="99000", takeProfit="102000", orderLinkId="first")
    scene.post("position/trading-stop", **PERPETUAL, tpslMode="Full", positionIdx=0, stopLoss="99100")
    scene.post("position/set-leverage", **PERPETUAL, buyLeverage="5", sellLeverage="5")
    scene.post("order/create", **order, orderType="Limit", price="98000", orderLinkId="second")
    scene.post("order/amend", **PERPETUAL, orderLinkId="second", price="98100")
    scene.post("order/cancel", **PERPETUAL, orderLinkId="second")
    scene.post("order/create", **order, orderType="Limit", price="98200", orderLinkId="third")
    scene.front.exchange.fund("BTCUSDT", Decimal("0.0001"))
    scene.front.funding["BTCUSDT"].append((scene.front.exchange.now_ms, Decimal("0.0001")))
    scene.post("order/create", **(order | {"side": "Sell", "qty": "0.05"}), orderType="Market", reduceOnly=True)
    scene.post("account/set-margin-mode", setMarginMode="ISOLATED_MARGIN")
    scene.front.candles["BTCUSDT"].trade(scene.front.exchange.now_ms, 100_000.0)


def look(scene: Scene) -> None:
    """Ask for everything there is."""
    for path in ("order/realtime", "order/history", "execution/list", "position/list", "position/closed-pnl"):
        scene.get(path, **PERPETUAL)
    for path in ("market/tickers", "market/instruments-info"):
        scene.get(path, **PAIR)
        scene.found[f"{path}/spot"] = scene.found.pop(path)
    for path in ("market/time", "market/tickers", "market/instruments-info", "market/recent-trade", "market/funding/history"):
        scene.get(path, **PERPETUAL)
    scene.get("market/orderbook", **PERPETUAL)
    scene.get("market/kline", **PERPETUAL, interval="1")
    scene.get("account/wallet-balance", accountType="UNIFIED")
    scene.get("account/transaction-log", accountType="UNIFIED")
    scene.get("account/info")
    scene.get("account/fee-rate", **PERPETUAL)
    scene.get("user/query-api")
    scene.post("order/cancel-all", **PERPETUAL, orderFilter="Order")
    scene.front.exchange.close_by_hand("BTCUSDT")
    scene.post("position/switch-mode", **PERPETUAL, mode=3)


def public_frames(scene: Scene) -> None:
    """The public streams' frames."""
    front = scene.front
    market, pair = front.exchange.state.market("BTCUSDT"), front.exchange.state.market("spot:BTCUSDT")
    candle = front.candles["BTCUSDT"].rows[-1]
    for name, frame in {
        "stream/kline": streams.kline(front, market, "1", candle, confirm=False),
        "stream/tickers/linear": streams.ticker_snapshot(front, market),
        "stream/tickers/spot": streams.ticker_snapshot(front, pair),
        "stream/publicTrade": streams.trades(front, market, "100000", "0.001"),
    }.items():
        scene.found[name] = json.loads(frame.text)


def greetings() -> dict[str, Any]:
    """What the streams say to a client, besides data."""
    from runner.rehearsal.face import talk

    return {
        "stream/auth": talk.auth("conn", good=True, said=""),
        "stream/ping": talk.pong("linear", "conn", "", 0),
        "stream/pong": talk.pong("private", "conn", "", 0),
        "stream/subscribe": talk.subscribed("conn", "", wrong=""),
    }
