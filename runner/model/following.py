"""What a machine is told whose fills come from a venue."""

from __future__ import annotations

from enum import IntEnum


class Told(IntEnum):
    """One thing told. Times never go back."""

    PRICE = 0  # the market trades at this price
    OVER = 1  # an instant is over: the bars that end at it, and every reset that has come
    CANDLE = 2  # the closed bar of a symbol: what plans ask for at its close, and expiries
    CONSIDER = 3  # a plan meets the market
    FILL = 4  # part of an order has filled
    GONE = 5  # an order is no more: cancelled, rejected, expired
    FUNDING = 6  # funding was paid or received
    BEGIN = 7  # everything due at the instant is done; the next one begins
    PHASE = 8  # everything is flat after a verdict: the phase that follows begins
    CASH = 9  # money was paid in or out; it is no profit and no loss
    HALT = 10  # no new entries (amount 1), or entries again (0)
    EXIT = 11  # a market exit of `quantity` is wished for, with its role as reason: by hand, or after a stop could not stand
