"""Bybit's stream frames, read as what was seen."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.model.errors import DataError
from runner.model.trading import CandleSeen, FillSeen, OrderSeen, PositionSeen, PriceSeen
from runner.wire.bybit import BybitDialect
from tests.wire.bybit.payloads import frame

LINEAR = BybitDialect()


def test_a_candle() -> None:
    """`confirm` closes a candle; its end is the first instant after it."""
    seen = LINEAR.seen(frame("candle"))
    assert seen == [
        CandleSeen(
            symbol="BTCUSDT",
            open_ms=1672324800000,
            close_ms=1672325100000,
            open=16649.5,
            high=16677.0,
            low=16608.0,
            close=16677.0,
            volume=2.081,
            closed=False,
        )
    ]


def test_a_ticker() -> None:
    """What a ticker does not say is None: nothing is made up of older messages."""
    assert LINEAR.seen(frame("ticker")) == [PriceSeen(symbol="BTCUSDT", at_ms=1673853746003, last=21109.77)]


@pytest.mark.parametrize(
    ("name", "kind"), [("fill", FillSeen), ("older_fill", FillSeen), ("position", PositionSeen), ("older_position", PositionSeen)]
)
def test_private_frames(name: str, kind: type) -> None:
    """Every row of a private frame becomes one noun."""
    data = frame(name)
    seen = LINEAR.seen(data)
    assert [type(each) for each in seen] == [kind] * len(data["data"])


def test_rows_of_other_categories_are_left_out() -> None:
    """An option's order is nobody's business here; the same row of ours is."""
    data = frame("order")
    assert LINEAR.seen(data) == []
    data["data"][0]["category"] = "linear"
    assert [type(each) for each in LINEAR.seen(data)] == [OrderSeen]


def test_a_wallet_without_the_currency_says_nothing() -> None:
    """A frame about another coin does not make the account empty."""
    data = frame("wallet")
    assert LINEAR.seen(data) == []
    data["data"][0]["coin"].append({"coin": "USDT", "walletBalance": "5", "equity": "6"})
    assert [getattr(each, "balance", None) for each in LINEAR.seen(data)] == [Decimal(5)]


def test_topics_nobody_asked_for() -> None:
    """They say nothing, and break nothing."""
    assert LINEAR.seen({"topic": "greeks", "data": []}) == []


@pytest.mark.parametrize("data", [{}, {"topic": 5}, {"topic": "order", "creationTime": 1, "data": {}}, {"topic": "kline.5.X", "data": [1]}])
def test_refuses(data: dict[str, object]) -> None:
    """A frame that cannot be read is refused by name."""
    with pytest.raises(DataError, match="cannot be read"):
        LINEAR.seen(data)


def test_what_is_listened_to() -> None:
    """Candles of each symbol and timeframe, prices of each symbol."""
    assert LINEAR.public_topics(("BTCUSDT", "ETHUSDT"), (300_000, 86_400_000)) == [
        "kline.5.BTCUSDT",
        "kline.D.BTCUSDT",
        "kline.5.ETHUSDT",
        "kline.D.ETHUSDT",
        "tickers.BTCUSDT",
        "tickers.ETHUSDT",
    ]
    with pytest.raises(DataError, match="no candles of 7 ms"):
        LINEAR.public_topics(("BTCUSDT",), (7,))
