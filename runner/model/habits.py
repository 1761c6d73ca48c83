"""What a strategy keeps to over its own trades: pauses, entries a day, and how the next quantity follows from the last results."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_STEPS = 16


class Gauge(IntEnum):
    """What a step of the quantity is measured by; money is a fraction of the initial balance."""

    DRAWDOWN = 0  # highest equity of the phase less the equity now
    DAY_LOSS = 1  # equity at the account's last reset less the equity now
    DAY_PROFIT = 2
    LOSING_STREAK = 3  # closed trades of this strategy in a row
    WINNING_STREAK = 4


HABITS: np.dtype[Any] = np.dtype(  # one row a strategy; zeros keep to nothing
    [
        ("cooldown_ms", "i8"),  # no entry for so long after a closed trade
        ("loss_cooldown_ms", "i8"),  # and after one that lost
        ("interval_ms", "i8"),  # between two entries
        ("cooldown_across", "i4"),  # 1: trades of all its symbols count, 0: of the symbol alone
        ("interval_across", "i4"),
        ("day_across", "i4"),
        ("day_entries", "i4"),  # the most from midnight to midnight UTC; 0 = any number
        ("kelly_trades", "i4"),  # closed trades before the statistics count
        ("kelly_start", "f8"),  # risk until then, fraction of equity
        ("kelly_least", "f8"),
        ("kelly_most", "f8"),
        ("step_count", "i4"),
        ("step_gauge", "i4", (MAX_STEPS,)),  # Gauge; steps of one gauge stand together, the lowest first
        ("step_from", "f8", (MAX_STEPS,)),
        ("step_factor", "f8", (MAX_STEPS,)),  # on the quantity, from there on
    ]
)

TALLY: np.dtype[Any] = np.dtype(  # what has happened so far: a row for each symbol of a strategy, and one for all of them
    [
        ("last_close", "i8"),  # UTC ms; a close inside a bar counts from the bar's end
        ("last_loss", "i8"),
        ("last_entry", "i8"),
        ("day", "i8"),  # of `entries`, days since 1970
        ("entries", "i4"),
        ("winning", "i4"),  # closed trades in a row
        ("losing", "i4"),
        ("wins", "i8"),
        ("losses", "i8"),
        ("won", "f8"),  # sum of results in R
        ("lost", "f8"),  # positive
    ]
)


def no_habits() -> NDArray[Any]:
    """A strategy that keeps to nothing, shape (1,), dtype HABITS."""
    return np.zeros(1, HABITS)
