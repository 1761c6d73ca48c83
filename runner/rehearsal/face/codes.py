"""The venue's codes for what the exchange refuses."""

from __future__ import annotations

from runner.rehearsal.core.refusal import RefusalError, Why

CODES = {
    Why.PARAMETER: 10001,
    Why.NO_SYMBOL: 10001,
    Why.NO_ORDER: 110001,
    Why.FINISHED: 110008,
    Why.ALREADY_CANCELLED: 110010,
    Why.USED_ID: 110072,
    Why.PRICE_BAND: 110003,
    Why.TOO_SMALL: 10001,
    Why.MIN_NOTIONAL: 110094,
    Why.NO_MARGIN: 110007,
    Why.NO_COINS: 170131,
    Why.NOT_REDUCING: 110017,
    Why.REDUCE_ONLY_NOW: 110023,
    Why.TOO_MANY_ORDERS: 110020,
    Why.TOO_MANY_STOPS: 110009,
    Why.TOO_MANY_PARTS: 110061,
    Why.MUST_RISE: 110092,
    Why.MUST_FALL: 110093,
    Why.HALTED: 110066,
    Why.NOT_LIVE: 110074,
    Why.LEVERAGE: 110013,
    Why.SAME_LEVERAGE: 110043,
    Why.SAME_MODE: 110025,
    Why.SAME_MARGIN: 110026,
    Why.SAME_STOPS: 34040,
    Why.MODE_POSITION: 110024,
    Why.MODE_ORDERS: 110028,
    Why.WRONG_INDEX: 10001,
    Why.BUSY: 110079,
    Why.NO_PRICE: 110118,
    Why.SERVER: 10016,
}
SPOT_CODES = {
    Why.USED_ID: 170141,
    Why.MIN_NOTIONAL: 170140,
    Why.NO_COINS: 170131,
    Why.NO_ORDER: 170213,
    Why.NO_SYMBOL: 170121,
    Why.TOO_SMALL: 170136,
}


class CodeError(Exception):
    """A refusal by the venue's gate itself, before the exchange: its code and text."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def code_of(refusal: RefusalError, *, spot: bool) -> int:
    """The code of a refusal in that category."""
    return SPOT_CODES.get(refusal.why, CODES[refusal.why]) if spot else CODES[refusal.why]


def bad(message: str) -> CodeError:
    """A wrong parameter."""
    return CodeError(10001, message)
