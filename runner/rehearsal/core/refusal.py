"""Why the exchange says no: its own words, which each face turns into the codes of its venue."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """The reason of a refusal."""

    PARAMETER = "parameter"
    NO_SYMBOL = "no_symbol"
    NO_ORDER = "no_order"
    FINISHED = "finished"
    ALREADY_CANCELLED = "already_cancelled"
    USED_ID = "used_id"
    PRICE_BAND = "price_band"
    TOO_SMALL = "too_small"
    MIN_NOTIONAL = "min_notional"
    NO_MARGIN = "no_margin"
    NO_COINS = "no_coins"
    NOT_REDUCING = "not_reducing"
    REDUCE_ONLY_NOW = "reduce_only_now"
    TOO_MANY_ORDERS = "too_many_orders"
    TOO_MANY_STOPS = "too_many_stops"
    TOO_MANY_PARTS = "too_many_parts"
    MUST_RISE = "must_rise"
    MUST_FALL = "must_fall"
    HALTED = "halted"
    NOT_LIVE = "not_live"
    LEVERAGE = "leverage"
    SAME_LEVERAGE = "same_leverage"
    SAME_MODE = "same_mode"
    SAME_MARGIN = "same_margin"
    SAME_STOPS = "same_stops"
    MODE_POSITION = "mode_position"
    MODE_ORDERS = "mode_orders"
    WRONG_INDEX = "wrong_index"
    BUSY = "busy"
    NO_PRICE = "no_price"
    SERVER = "server"


class RefusalError(Exception):
    """The exchange takes no such request: the reason and a sentence."""

    def __init__(self, why: Why, message: str) -> None:
        super().__init__(message)
        self.why = why
        self.message = message
