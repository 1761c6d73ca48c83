"""Public frames: tickers, candles and trades as the streams tell them."""

from __future__ import annotations

import json

from runner.rehearsal.core.candles import Candle
from runner.rehearsal.core.state import Market
from runner.rehearsal.face.front import Frame, Front
from runner.rehearsal.face.public import linear_ticker, spot_ticker
from runner.rehearsal.face.rows import Json
from runner.rehearsal.face.words import plain


def frame(front: Front, market: Market, topic: str, kind: str, data: object) -> Frame:
    """A frame of a public stream."""
    now = front.exchange.now_ms
    whole: Json = {"topic": topic, "type": kind, "data": data, "ts": now}
    if topic.startswith("tickers"):
        whole["cs"] = front.exchange.state.numbers
    return Frame(public=True, spot=market.listing.spot, topic=topic, text=json.dumps(whole, separators=(",", ":")))


def ticker_data(front: Front, market: Market) -> Json:
    """A ticker as the stream tells it whole."""
    if market.listing.spot:
        row = spot_ticker(front, market)
        return {name: value for name, value in row.items() if not name.startswith(("bid1", "ask1"))}
    row = linear_ticker(front, market)
    drop = ("predictedDeliveryPrice", "basisRate", "deliveryFeeRate", "deliveryTime", "basis", "basisRateYear")
    return {"tickDirection": "ZeroPlusTick"} | {name: value for name, value in row.items() if name not in drop}


def ticker_snapshot(front: Front, market: Market) -> Frame:
    """The whole ticker; what a subscriber sees first."""
    return frame(front, market, f"tickers.{market.listing.symbol}", "snapshot", ticker_data(front, market))


def ticker(front: Front, market: Market) -> Frame:
    """What is new: of a perpetual only the changed fields."""
    data = quick(market)
    if market.listing.spot:
        return ticker_snapshot(front, market)
    before = front.told.get(market.listing.key, {})
    front.told[market.listing.key] = data
    changed = {name: value for name, value in data.items() if before.get(name) != value}
    return frame(front, market, f"tickers.{market.listing.symbol}", "delta", {"symbol": market.listing.symbol} | changed)


def quick(market: Market) -> Json:
    """The fields of a ticker that move with the price."""
    return {
        "lastPrice": plain(market.last),
        "markPrice": plain(market.mark),
        "indexPrice": plain(market.index),
        "fundingRate": plain(market.rate),
        "nextFundingTime": str(market.next_funding_ms),
        "bid1Price": plain(market.last),
        "ask1Price": plain(market.last + market.listing.tick),
    }


def kline(front: Front, market: Market, word: str, candle: Candle, *, confirm: bool) -> Frame:
    """A candle, closed or forming."""
    row = {
        "start": candle.start_ms,
        "end": candle.end_ms - 1,
        "interval": word,
        "open": plain(candle.open),
        "close": plain(candle.close),
        "high": plain(candle.high),
        "low": plain(candle.low),
        "volume": plain(candle.volume),
        "turnover": f"{candle.volume * candle.close:.4f}",
        "confirm": confirm,
        "timestamp": front.exchange.now_ms,
    }
    return frame(front, market, f"kline.{word}.{market.listing.symbol}", "snapshot", [row])


def trades(front: Front, market: Market, price: str, size: str) -> Frame:
    """A print of the market."""
    now = front.exchange.now_ms
    row = {
        "T": now,
        "s": market.listing.symbol,
        "S": "Buy",
        "v": size,
        "p": price,
        "L": "PlusTick",
        "i": f"print-{front.exchange.state.number()}",
        "BT": False,
        "RPI": False,
        "seq": front.exchange.state.numbers,
    }
    return frame(front, market, f"publicTrade.{market.listing.symbol}", "snapshot", [row])
