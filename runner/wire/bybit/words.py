"""Bybit's words for what the runner knows by its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from runner.model.errors import DataError
from runner.model.plan import Trigger
from runner.model.trading import FillKind, Lasts, LedgerKind, OrderKind, OrderState, Origin

Category = Literal["linear", "spot"]

SIDES = {1: "Buy", -1: "Sell"}
LASTS = {Lasts.GTC: "GTC", Lasts.IOC: "IOC", Lasts.FOK: "FOK", Lasts.POST_ONLY: "PostOnly"}
TRIGGERS = {Trigger.LAST: "LastPrice", Trigger.MARK: "MarkPrice", Trigger.INDEX: "IndexPrice"}

SIGNS = {"Buy": 1, "Sell": -1, "None": 0, "": 0}
KINDS = {"Market": OrderKind.MARKET, "Limit": OrderKind.LIMIT, "UNKNOWN": OrderKind.MARKET}
STATES = {
    "Created": OrderState.NEW,
    "New": OrderState.NEW,
    "Triggered": OrderState.NEW,
    "PartiallyFilled": OrderState.PARTLY_FILLED,
    "Untriggered": OrderState.UNTRIGGERED,
    "Filled": OrderState.FILLED,
    "Cancelled": OrderState.CANCELLED,
    "PartiallyFilledCanceled": OrderState.CANCELLED,
    "Rejected": OrderState.REJECTED,
    "Deactivated": OrderState.DEACTIVATED,
}
ORIGINS = {
    "CreateByStopLoss": Origin.STOP_LOSS,
    "CreateByPartialStopLoss": Origin.STOP_LOSS,
    "CreateByTakeProfit": Origin.TAKE_PROFIT,
    "CreateByPartialTakeProfit": Origin.TAKE_PROFIT,
    "CreateByTrailingStop": Origin.TRAILING_STOP,
    "CreateByTrailingProfit": Origin.TRAILING_STOP,
    "CreateByLiq": Origin.LIQUIDATION,
    "CreateByTakeOver_PassThrough": Origin.LIQUIDATION,
    "CreateByAdl_PassThrough": Origin.ADL,
    "CreateByAdminClosing": Origin.ADMIN,
    "CreateBySettle": Origin.ADMIN,
}
STOPS = {  # stopOrderType, for rows that do not say who created the order
    "StopLoss": Origin.STOP_LOSS,
    "PartialStopLoss": Origin.STOP_LOSS,
    "TakeProfit": Origin.TAKE_PROFIT,
    "PartialTakeProfit": Origin.TAKE_PROFIT,
    "TrailingStop": Origin.TRAILING_STOP,
}
FILLS = {
    "Trade": FillKind.TRADE,
    "BlockTrade": FillKind.TRADE,
    "MovePosition": FillKind.TRADE,
    "Funding": FillKind.FUNDING,
    "BustTrade": FillKind.LIQUIDATION,
    "AdlTrade": FillKind.ADL,
    "Settle": FillKind.SETTLEMENT,
    "SessionSettlePnL": FillKind.SETTLEMENT,
    "Delivery": FillKind.SETTLEMENT,
}
LEDGER = {  # words that speak of a transfer in or out are money put in or taken out; every other word is OTHER
    "TRADE": LedgerKind.TRADE,
    "SETTLEMENT": LedgerKind.FUNDING,
    "LIQUIDATION": LedgerKind.LIQUIDATION,
    "ADL": LedgerKind.LIQUIDATION,
    "DEPOSIT": LedgerKind.DEPOSIT,
    "AIRDROP": LedgerKind.DEPOSIT,
    "BONUS": LedgerKind.DEPOSIT,
    "WITHDRAW": LedgerKind.WITHDRAWAL,
    "BONUS_RECOLLECT": LedgerKind.WITHDRAWAL,
    "AIRDRP_RECOLLECT": LedgerKind.WITHDRAWAL,
}
TRANSFERS = {"TRANSFER_IN": LedgerKind.DEPOSIT, "TRANSFER_OUT": LedgerKind.WITHDRAWAL}  # also inside longer words
NO_REASON = frozenset({"", "UNKNOWN", "EC_NoError"})
MINUTE_MS = 60_000
INTERVALS = {  # of candles, in minutes unless a letter
    **{minutes * MINUTE_MS: str(minutes) for minutes in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)},
    1440 * MINUTE_MS: "D",
    7 * 1440 * MINUTE_MS: "W",
}


def ledger_kind(word: str) -> LedgerKind:
    """What kind of money movement the venue's word names."""
    transfer = next((kind for part, kind in TRANSFERS.items() if part in word), LedgerKind.OTHER)
    return LEDGER.get(word, transfer)


def interval(timeframe_ms: int) -> str:
    """Bybit's name of a timeframe; one it does not have is refused."""
    if timeframe_ms not in INTERVALS:
        raise DataError(f"Bybit has no candles of {timeframe_ms} ms; it has {', '.join(INTERVALS.values())}")
    return INTERVALS[timeframe_ms]


def fixed(value: Decimal) -> str:
    """The number as text without an exponent: 0.00001, never 1E-5."""
    if not value.is_finite():
        raise DataError(f"a venue is never told {value}")
    return format(value, "f")
