"""Bybit's stream frames, as what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.model.trading import Seen
from runner.wire.bybit import market, rows
from runner.wire.bybit.words import Category
from runner.wire.fields import Row

PRIVATE = ("order", "execution", "position", "wallet")


def seen(frame: Mapping[str, Any], category: Category, settle: str) -> list[Seen]:
    """What a frame with a topic says, oldest first; rows of other categories and topics nobody asked for say nothing."""
    message = Row(frame, "frame")
    topic, _, rest = message.text("topic").partition(".")
    if topic == "kline":
        return [market.streamed_candle(each, rest.rpartition(".")[2]) for each in message.rows("data", "candle")]
    if topic == "tickers":
        return [market.price(Row(message.row("data").data, "ticker"), message.whole("ts"))]
    if topic not in PRIVATE:
        return []
    at_ms = message.whole("creationTime")
    found = [_private(topic, each, settle, at_ms) for each in message.rows("data", topic) if _ours(each, category)]
    return [each for each in found if each is not None]


def _ours(row: Row, category: Category) -> bool:
    """Whether a row belongs to the category; a wallet and older rows do not say."""
    return row.text("category", "") in ("", category)


def _private(topic: str, row: Row, settle: str, at_ms: int) -> Seen | None:
    match topic:
        case "order":
            return rows.order(row)
        case "execution":
            return rows.fill(row)
        case "position":
            return rows.position(row)
        case _:
            return rows.wallet(row, settle, at_ms)
