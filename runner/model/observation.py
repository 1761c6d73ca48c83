"""What can be seen of an account from outside: marks, trades, positions and their stops."""

from __future__ import annotations

from enum import IntEnum


class Seen(IntEnum):
    """One thing seen of an account."""

    MARK = 0  # its balance and equity, after what was paid out
    TRADE = 1  # a closed trade
    OPENED = 2  # a position was opened
    STOP_SET = 3  # it has a stop for its full size
    STOP_CANCELLED = 4  # it has none any more: taken away, or the size has changed
    CLOSED = 5  # the position is gone
    SYMBOL = 6  # closed and open result of a symbol since the reset
    NOTHING = 7  # time has passed
    SNAPSHOT = 8  # balance and equity that the running day began with
    ACTION = 9  # something is done that a release may forbid
