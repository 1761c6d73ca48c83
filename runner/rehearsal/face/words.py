"""The venue's words for what the exchange knows, and its way of writing numbers."""

from __future__ import annotations

from decimal import Decimal

from runner.model.plan import Trigger
from runner.model.trading import Lasts, OrderKind, Origin
from runner.rehearsal.core.order import Order, Stage

SIDES = {1: "Buy", -1: "Sell", 0: ""}
KINDS = {OrderKind.MARKET: "Market", OrderKind.LIMIT: "Limit"}
LASTS = {Lasts.GTC: "GTC", Lasts.IOC: "IOC", Lasts.FOK: "FOK", Lasts.POST_ONLY: "PostOnly"}
TRIGGERS = {Trigger.LAST: "LastPrice", Trigger.MARK: "MarkPrice", Trigger.INDEX: "IndexPrice"}
STAGES = {
    Stage.UNTRIGGERED: "Untriggered",
    Stage.TRIGGERED: "Triggered",
    Stage.NEW: "New",
    Stage.PARTLY_FILLED: "PartiallyFilled",
    Stage.FILLED: "Filled",
    Stage.CANCELLED: "Cancelled",
    Stage.REJECTED: "Rejected",
    Stage.DEACTIVATED: "Deactivated",
}
CREATED = {
    Origin.USER: "CreateByUser",
    Origin.STOP_LOSS: "CreateByStopLoss",
    Origin.TAKE_PROFIT: "CreateByTakeProfit",
    Origin.TRAILING_STOP: "CreateByTrailingStop",
    Origin.LIQUIDATION: "CreateByLiq",
    Origin.ADL: "CreateByAdl_PassThrough",
    Origin.ADMIN: "CreateByAdmin",
}
STOPS = {Origin.STOP_LOSS: "StopLoss", Origin.TAKE_PROFIT: "TakeProfit", Origin.TRAILING_STOP: "TrailingStop"}
INTERVALS_MS = {
    **{str(n): n * 60_000 for n in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)},
    "D": 86_400_000,
    "W": 604_800_000,
    "M": 2_592_000_000,
}


def plain(value: Decimal | float | None) -> str:
    """A number as the venue writes it: fixed notation, no needless zeros; "" for none."""
    if value is None:
        return ""
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal) -> str:
    """Money with at most eight decimals."""
    return plain(round(value, 8))


def created_by(order: Order) -> str:
    """Who made the order."""
    word = CREATED[order.origin]
    return word.replace("CreateBy", "CreateByPartial") if order.partial and order.origin in STOPS else word


def stop_kind(order: Order) -> str:
    """What kind of conditional order it is; "" for a plain one."""
    if order.origin in STOPS:
        return ("Partial" if order.partial else "") + STOPS[order.origin]
    return "Stop" if order.ticket.trigger_price is not None else ""


def swap[K, V](table: dict[K, V]) -> dict[V, K]:
    """A table read the other way round."""
    return {value: key for key, value in table.items()}
