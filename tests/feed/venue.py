"""An exchange on loopback that answers like Bybit V5 and Binance USD-M: real bars, real envelopes, and faults on demand."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from runner.bars.catalog import Catalog
from runner.model.bars import Bars
from runner.model.duration import HOUR_MS

STEP = 4 * HOUR_MS
START = 1_704_067_200_000  # 2024-01-01 00:00 UTC
COUNT = 500  # bars of each symbol
SYMBOLS = ("BTCUSDT", "ETHUSDT")


@cache
def real(symbol: str) -> Bars:
    """Real 4h bars from 2024 on, as they ship with the project; one more than is complete."""
    return Catalog(market="binance/futures").bars(symbol, "4h").between(START, START + (COUNT + 1) * STEP)


@dataclass
class Venue:
    """What the exchange has and how it behaves; `now_ms` is its clock, `faults` are served first, one per request for candles.

    faults: `429`, `10006`, `500`, `hang up`, `empty`, `nonsense`, `page`, `ctrl-c`, or `ok` for an ordinary answer.
    holes: bars it never had.
    """

    now_ms: int = START + COUNT * STEP + HOUR_MS
    page: int = 1_000
    border: int = 0  # how many bars of the page before every page repeats
    faults: list[str] = field(default_factory=list)
    holes: set[int] = field(default_factory=set)
    changed: dict[int, float] = field(default_factory=dict)  # another close at a time
    pairs: tuple[str, ...] = SYMBOLS  # what its spot market has
    hourly: bool = False  # funding is paid every hour, at the rate of its eight hours
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    address: str = ""

    def rows(self, symbol: str, start: int, limit: int) -> list[list[str]]:
        """Candles that open in the `limit` steps from `start` on, oldest first, the one still forming included."""
        bars = real(symbol)
        first, last = start - self.border * STEP, min(self.now_ms, start + limit * STEP - 1)
        chosen = [n for n, time in enumerate(bars.open_time.tolist()) if first <= time <= last and time not in self.holes]
        names = ("open", "high", "low", "close", "volume")
        table = [[str(int(bars.open_time[n])), *(f"{getattr(bars, name)[n]:.15g}" for name in names)] for n in chosen]
        for row in table:
            row[4] = f"{self.changed[int(row[0])]:.15g}" if int(row[0]) in self.changed else row[4]
        return [*table[: self.page], *table[: self.border]]

    def candle_calls(self) -> list[dict[str, str]]:
        """What was asked for candles, in order."""
        return [query for path, query in self.asked if path.endswith(("/kline", "/klines"))]


def instrument(symbol: str) -> dict[str, Any]:
    """A contract as Bybit lists it."""
    return {
        "symbol": symbol,
        "contractType": "LinearPerpetual",
        "status": "Trading",
        "baseCoin": symbol.removesuffix("USDT"),
        "quoteCoin": "USDT",
        "settleCoin": "USDT",
        "launchTime": str(START - 24 * HOUR_MS),
        "deliveryTime": "0",
        "priceScale": "2",
        "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
        "priceFilter": {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"},
        "lotSizeFilter": {"maxOrderQty": "1190.000", "minOrderQty": "0.001", "qtyStep": "0.001", "minNotionalValue": "5"},
        "fundingInterval": 480,
    }


def pair(symbol: str) -> dict[str, Any]:
    """A pair as Bybit lists it on its spot market."""
    return {
        "symbol": symbol,
        "baseCoin": symbol.removesuffix("USDT"),
        "quoteCoin": "USDT",
        "status": "Trading",
        "marginTrading": "utaOnly",
        "lotSizeFilter": {"basePrecision": "0.000001", "quotePrecision": "0.01", "minOrderQty": "0.000048", "maxOrderQty": "71"},
        "priceFilter": {"tickSize": "0.01"},
    }


def future(symbol: str) -> dict[str, Any]:
    """A contract as Binance lists it."""
    return {
        "symbol": symbol,
        "pair": symbol,
        "contractType": "PERPETUAL",
        "status": "TRADING",
        "baseAsset": symbol.removesuffix("USDT"),
        "quoteAsset": "USDT",
        "marginAsset": "USDT",
        "onboardDate": START - 24 * HOUR_MS,
        "deliveryDate": 4_133_404_800_000,
        "filters": [{"filterType": "PRICE_FILTER", "tickSize": "0.10", "minPrice": "0.10", "maxPrice": "1000000"}],
    }


class Handler(BaseHTTPRequestHandler):
    """One request."""

    venue: Venue

    def log_message(self, *args: Any) -> None:
        """Nothing on the terminal."""

    def do_GET(self) -> None:
        """Answer, or fail as the test asked for."""
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.venue.asked.append((parts.path, query))
        candles = parts.path.endswith(("/kline", "/klines"))
        fault = self.venue.faults.pop(0) if candles and self.venue.faults else "ok"
        if fault == "ctrl-c":
            os.kill(os.getpid(), signal.SIGINT)
        if fault == "hang up":
            self.close_connection = True
        elif fault in ("429", "500"):
            self.send(int(fault), {"code": -1003, "msg": "too many requests"} if fault == "429" else {"msg": "internal"})
        elif fault == "10006":
            self.send(200, envelope({}, code=10006, said="Too many visits. Exceeded the API Rate Limit."))
        elif fault == "page":
            self.send(200, None, b"<html>We are back soon</html>")
        elif fault == "nonsense":
            self.send(200, {"retCode": 10001, "retMsg": "params error", "result": {}})
        else:
            self.send(200, self.answer(parts.path, query, empty=fault == "empty"))

    def answer(self, path: str, query: dict[str, str], *, empty: bool) -> Any:
        """The body of an ordinary answer."""
        venue, symbol = self.venue, query.get("symbol", "")
        if path.startswith("/fapi"):
            return self.binance(path, query, empty=empty)
        if path == "/v5/market/time":
            return envelope({"timeSecond": str(venue.now_ms // 1000), "timeNano": str(venue.now_ms * 1_000_000)}, now=venue.now_ms)
        if path == "/v5/market/instruments-info":
            listed = [] if query.get("status") == "PreLaunch" else [instrument(each) for each in SYMBOLS]
            if query["category"] == "spot":
                listed = [pair(each) for each in venue.pairs]
            return envelope({"category": query["category"], "list": listed, "nextPageCursor": ""})
        if path == "/v5/market/kline":
            assert query["interval"] == "240"
            rows = [] if empty else venue.rows(symbol, int(query["start"]), int(query.get("limit", "200")))
            return envelope({"category": query["category"], "symbol": symbol, "list": [[*row, "0"] for row in reversed(rows)]})
        if path == "/v5/market/funding/history":
            return envelope({"category": "linear", "list": list(reversed(payments(venue, symbol, query)))})
        raise AssertionError(path)

    def binance(self, path: str, query: dict[str, str], *, empty: bool) -> Any:
        """The body of an ordinary answer of Binance."""
        if path == "/fapi/v1/time":
            return {"serverTime": self.venue.now_ms}
        if path == "/fapi/v1/exchangeInfo":
            return {"timezone": "UTC", "rateLimits": [], "symbols": [future(each) for each in SYMBOLS]}
        assert (path, query["interval"]) == ("/fapi/v1/klines", "4h")
        rows = [] if empty else self.venue.rows(query["symbol"], int(query["startTime"]), int(query.get("limit", "500")))
        return [[int(row[0]), *row[1:], int(row[0]) + STEP - 1, "0", 0, "0", "0", "0"] for row in rows]

    def send(self, status: int, body: Any, plain: bytes = b"") -> None:
        """A JSON answer, or other bytes."""
        content = plain or json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def envelope(result: Any, code: int = 0, said: str = "OK", now: int = START) -> dict[str, Any]:
    """What Bybit wraps every answer in."""
    return {"retCode": code, "retMsg": said, "result": result, "retExtInfo": {}, "time": now}


def payments(venue: Venue, symbol: str, query: dict[str, str]) -> list[dict[str, str]]:
    """Funding payments as Bybit tells them: real ones, at most as many as asked for, the latest of the span."""
    paid = Catalog(market="binance/futures").funding(symbol)
    assert paid is not None
    start, end = int(query["startTime"]), min(int(query["endTime"]), venue.now_ms)
    hours = range(8) if venue.hourly else range(1)
    found = [
        {"symbol": symbol, "fundingRate": f"{rate:.8f}", "fundingRateTimestamp": str(time + hour * HOUR_MS)}
        for time, rate in zip(paid.time.tolist(), paid.rate.tolist(), strict=True)
        for hour in hours
        if start <= time + hour * HOUR_MS <= end
    ]
    return found[-int(query["limit"]) :]


class Server(ThreadingHTTPServer):
    """A server that takes a client who left for no news."""

    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        """Nothing on the terminal."""


@contextmanager
def serving(venue: Venue) -> Iterator[Venue]:
    """The venue behind an address of its own on loopback."""
    handler = type("Bound", (Handler,), {"venue": venue})
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    venue.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield venue
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
