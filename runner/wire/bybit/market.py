"""Bybit's rows about markets, as the nouns of trading."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from runner.model.trading import CandleSeen, Contract, Fees, PriceSeen
from runner.wire.bybit.words import MINUTE_MS, Category
from runner.wire.fields import Row

UNBOUNDED = Decimal("1e18")  # where the venue names no most
CANDLE = ("start", "open", "high", "low", "close", "volume", "turnover")


def candle(values: list[Any], symbol: str, timeframe_ms: int, now_ms: int) -> CandleSeen:
    """One candle as REST lists it."""
    row = Row(dict(zip(CANDLE, values, strict=False)), "candle")
    start_ms = row.whole("start")
    return _candle(row, symbol, start_ms, start_ms + timeframe_ms, closed=start_ms + timeframe_ms <= now_ms)


def streamed_candle(row: Row, symbol: str) -> CandleSeen:
    """One candle as the stream tells it; `confirm` closes it."""
    return _candle(row, symbol, row.whole("start"), row.whole("end") + 1, closed=row.flag("confirm"))


def _candle(row: Row, symbol: str, open_ms: int, close_ms: int, *, closed: bool) -> CandleSeen:
    return CandleSeen(
        symbol=symbol,
        open_ms=open_ms,
        close_ms=close_ms,
        open=float(row.number("open")),
        high=float(row.number("high")),
        low=float(row.number("low")),
        close=float(row.number("close")),
        volume=float(row.number("volume")),
        closed=closed,
    )


def price(row: Row, at_ms: int) -> PriceSeen:
    """The prices of a ticker; a stream leaves out what has not changed."""
    return PriceSeen(
        symbol=row.text("symbol"),
        at_ms=at_ms,
        last=row.real("lastPrice"),
        mark=row.real("markPrice"),
        index=row.real("indexPrice"),
        bid=row.real("bid1Price"),
        ask=row.real("ask1Price"),
        funding_rate=row.real("fundingRate"),
        next_funding_ms=(row.whole("nextFundingTime") or None) if row.has("nextFundingTime") else None,
    )


def contract(row: Row, category: Category) -> Contract:
    """The venue's rules for a symbol."""
    prices, lots = row.row("priceFilter"), row.row("lotSizeFilter")
    spot = category == "spot"
    most = lots.number("maxLimitOrderQty" if lots.has("maxLimitOrderQty") else "maxOrderQty", UNBOUNDED)
    return Contract(
        symbol=row.text("symbol"),
        tick=prices.number("tickSize"),
        step=lots.number("basePrecision" if spot else "qtyStep"),
        min_quantity=lots.number("minOrderQty"),
        max_quantity=most,
        max_market_quantity=lots.number("maxMarketOrderQty" if spot else "maxMktOrderQty", most),
        min_notional=lots.number("minOrderAmt" if spot else "minNotionalValue", Decimal(0)),
        max_leverage=Decimal(1) if spot else row.row("leverageFilter").number("maxLeverage"),
        funding_interval_ms=row.whole("fundingInterval", 0) * MINUTE_MS,
        trading=row.text("status") == "Trading",
    )


def fees(row: Row) -> Fees:
    """What the account pays, as fractions."""
    return Fees(taker=row.number("takerFeeRate"), maker=row.number("makerFeeRate"))
