"""Public answers: time, contract rules, prices, candles, trades, funding history."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from runner.rehearsal.core.candles import span
from runner.rehearsal.core.state import Market
from runner.rehearsal.face.asked import Asked
from runner.rehearsal.face.codes import CodeError, bad
from runner.rehearsal.face.rows import Json
from runner.rehearsal.face.words import INTERVALS_MS, plain

if TYPE_CHECKING:
    from runner.rehearsal.face.front import Front

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SIZE = Decimal(10)


def server_time(front: Front, asked: Asked) -> Json:
    """The venue's clock."""
    del asked
    now = front.exchange.now_ms
    return {"timeSecond": str(now // 1000), "timeNano": str(now * 1_000_000)}


def instruments(front: Front, asked: Asked) -> Json:
    """Contract rules, page by page."""
    spot = asked.category() == "spot"
    if asked.category() in ("inverse", "option"):
        return {"category": asked.category(), "list": [], "nextPageCursor": ""}
    rows = [spot_rules(n, market) if spot else linear_rules(market) for n, market in enumerate(chosen(front, asked), 1)]
    if spot:
        return {"category": "spot", "list": rows}
    if asked.text("status") == "PreLaunch":
        rows = []
    page, cursor = asked.page(rows, usual=500, most=1000)
    return {"category": "linear", "list": page, "nextPageCursor": cursor}


def chosen(front: Front, asked: Asked) -> list[Market]:
    """The markets asked for: one by its symbol, or all of the category."""
    wanted = asked.text("symbol")
    if wanted:
        return [front.exchange.state.market(asked.market())]
    spot = asked.category() == "spot"
    return [market for market in front.exchange.state.markets.values() if market.listing.spot == spot]


def linear_rules(market: Market) -> Json:
    """One contract's rules."""
    listing = market.listing
    return {
        "symbol": listing.symbol,
        "contractType": "LinearPerpetual",
        "status": "Trading" if listing.trading else "Closed",
        "baseCoin": listing.base,
        "quoteCoin": listing.settle,
        "settleCoin": listing.settle,
        "launchTime": str(listing.launched_ms),
        "deliveryTime": "0",
        "deliveryFeeRate": "",
        "priceScale": str(max(0, -int(listing.tick.normalize().as_tuple().exponent))),
        "leverageFilter": {"minLeverage": "1", "maxLeverage": f"{listing.max_leverage:.2f}", "leverageStep": "0.01"},
        "priceFilter": {"minPrice": plain(listing.tick), "maxPrice": plain(listing.tick * 1_999_998), "tickSize": plain(listing.tick)},
        "lotSizeFilter": {
            "maxOrderQty": plain(listing.max_quantity),
            "minOrderQty": plain(listing.min_quantity),
            "qtyStep": plain(listing.step),
            "postOnlyMaxOrderQty": plain(listing.max_quantity),
            "maxMktOrderQty": plain(listing.max_market_quantity),
            "minNotionalValue": plain(listing.min_notional),
        },
        "unifiedMarginTrade": True,
        "fundingInterval": listing.funding_interval_ms // 60_000,
        "copyTrading": "none",
        "upperFundingRate": "0.00375",
        "lowerFundingRate": "-0.00375",
        "isPreListing": False,
        "preListingInfo": None,
        "displayName": "",
        "riskParameters": {"priceLimitRatioX": plain(listing.band / 2), "priceLimitRatioY": plain(listing.band)},
        "symbolType": "",
    }


def spot_rules(number: int, market: Market) -> Json:
    """One pair's rules."""
    listing = market.listing
    return {
        "symbolId": number,
        "symbol": listing.symbol,
        "baseCoin": listing.base,
        "quoteCoin": listing.settle,
        "innovation": "0",
        "status": "Trading",
        "marginTrading": "utaOnly",
        "stTag": "0",
        "lotSizeFilter": {
            "basePrecision": plain(listing.step),
            "quotePrecision": "0.00000001",
            "minOrderQty": plain(listing.min_quantity),
            "maxOrderQty": plain(listing.max_quantity),
            "minOrderAmt": plain(listing.min_notional),
            "maxOrderAmt": "8000000",
            "maxLimitOrderQty": plain(listing.max_quantity),
            "maxMarketOrderQty": plain(listing.max_market_quantity),
            "postOnlyMaxLimitOrderSize": plain(listing.max_quantity),
        },
        "priceFilter": {"tickSize": plain(listing.tick)},
        "riskParameters": {"priceLimitRatioX": plain(listing.band / 2), "priceLimitRatioY": plain(listing.band)},
        "symbolType": "",
    }


def tickers(front: Front, asked: Asked) -> Json:
    """Prices now."""
    category = asked.category()
    if category in ("inverse", "option"):
        return {"category": category, "list": []}
    row = spot_ticker if category == "spot" else linear_ticker
    return {"category": category, "list": [row(front, market) for market in chosen(front, asked)]}


def day(front: Front, market: Market) -> dict[str, str]:
    """The last day in figures."""
    candles = front.candles[market.listing.key]
    now = front.exchange.now_ms
    first, high, low, volume = span(reversed(candles.newest(candles.base_ms, now - DAY_MS, now, DAY_MS // candles.base_ms)))
    last = float(market.last)
    change = (last - first) / first if first else 0.0
    return {
        "prevPrice24h": plain(first or last),
        "price24hPcnt": f"{change:.6f}",
        "highPrice24h": plain(max(high, last)),
        "lowPrice24h": plain(min(low or last, last)),
        "turnover24h": f"{volume * last:.4f}",
        "volume24h": f"{volume:.4f}",
    }


def sides(market: Market) -> dict[str, str]:
    """The best bid and ask: the last price, and one tick above it."""
    return {
        "bid1Price": plain(market.last),
        "bid1Size": plain(SIZE),
        "ask1Price": plain(market.last + market.listing.tick),
        "ask1Size": plain(SIZE),
    }


def linear_ticker(front: Front, market: Market) -> Json:
    """A perpetual's prices."""
    return {
        "symbol": market.listing.symbol,
        "lastPrice": plain(market.last),
        "indexPrice": plain(market.index),
        "markPrice": plain(market.mark),
        **day(front, market),
        "prevPrice1h": plain(market.last),
        "openInterest": "1000",
        "openInterestValue": plain(market.mark * 1000),
        "fundingRate": plain(market.rate),
        "nextFundingTime": str(market.next_funding_ms),
        "predictedDeliveryPrice": "",
        "basisRate": "",
        "deliveryFeeRate": "",
        "deliveryTime": "0",
        **sides(market),
        "basis": "",
        "preOpenPrice": "",
        "preQty": "",
        "curPreListingPhase": "",
        "fundingIntervalHour": str(market.listing.funding_interval_ms // HOUR_MS),
        "basisRateYear": "",
        "fundingCap": "0.00375",
    }


def spot_ticker(front: Front, market: Market) -> Json:
    """A pair's prices."""
    return {
        "symbol": market.listing.symbol,
        **sides(market),
        "lastPrice": plain(market.last),
        **day(front, market),
        "usdIndexPrice": plain(market.index),
    }


def kline(front: Front, asked: Asked) -> Json:
    """Candles, newest first; the first one may still be forming."""
    market = front.exchange.state.market(asked.market())
    interval = INTERVALS_MS.get(asked.need("interval"))
    if interval is None:
        raise bad("Invalid period!")
    candles = front.candles[market.listing.key]
    found = candles.newest(interval, asked.whole("start"), asked.whole("end"), asked.limit(usual=200, most=1000))
    rows = [
        [str(c.start_ms), plain(c.open), plain(c.high), plain(c.low), plain(c.close), plain(c.volume), f"{c.volume * c.close:.4f}"]
        for c in found
    ]
    return {"symbol": market.listing.symbol, "category": asked.category(), "list": rows}


def prints(front: Front, asked: Asked) -> Json:
    """The last trades, newest first."""
    market = front.exchange.state.market(asked.market())
    limit = asked.limit(usual=60 if market.listing.spot else 500, most=60 if market.listing.spot else 1000)
    rows = list(reversed(front.prints[market.listing.key]))[:limit]
    return {"category": asked.category(), "list": rows}


def funding_history(front: Front, asked: Asked) -> Json:
    """Funding rates that were paid, newest first."""
    market = front.exchange.state.market(asked.market())
    start, end = asked.whole("startTime"), asked.whole("endTime")
    if start is not None and end is None:
        raise bad("params error: startTime alone is not supported")
    paid = [
        {"symbol": market.listing.symbol, "fundingRate": plain(rate), "fundingRateTimestamp": str(at)}
        for at, rate in reversed(front.funding[market.listing.key])
        if (start is None or at >= start) and (end is None or at <= end)
    ]
    return {"category": "linear", "list": paid[: asked.limit(usual=200, most=200)]}


def orderbook(front: Front, asked: Asked) -> Json:
    """A thin book around the last price."""
    market = front.exchange.state.market(asked.market())
    tick, last = market.listing.tick, market.last
    depth = min(asked.limit(usual=25, most=1000), 50)
    return {
        "s": market.listing.symbol,
        "b": [[plain(last - n * tick), plain(SIZE)] for n in range(depth)],
        "a": [[plain(last + (n + 1) * tick), plain(SIZE)] for n in range(depth)],
        "ts": front.exchange.now_ms,
        "u": front.exchange.state.numbers + 1,
        "seq": front.exchange.state.numbers + 1,
        "cts": front.exchange.now_ms,
    }


def unsupported(front: Front, asked: Asked) -> Json:
    """What demo trading does not offer."""
    del front, asked
    raise CodeError(10032, "Demo trading are not supported.")
