"""Plan, version 1: what a strategy wants, complete, as one row of data."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_TARGETS = 10
MAX_TIERS = 4
NO_COLUMN = -1


class WhenOpen(IntEnum):
    """What a plan does when its symbol already has a position (or a resting entry of an earlier plan)."""

    IGNORE = 0
    ADD = 1
    REVERSE = 2
    REPLACE = 3


class EntryKind(IntEnum):
    """How the position is opened: at the next open, resting at a better price, or on a break of a worse one."""

    MARKET = 0
    LIMIT = 1
    STOP = 2


class TimeInForce(IntEnum):
    """How long a resting entry may wait."""

    GTC = 0
    IOC = 1
    FOK = 2


class Trigger(IntEnum):
    """The price that triggers the protective stop."""

    LAST = 0
    MARK = 1
    INDEX = 2


class TrailStart(IntEnum):
    """When the trailing stop begins to follow."""

    AT_ENTRY = 0
    AT_PRICE = 1
    AFTER_TARGET = 2


class TrailUpdate(IntEnum):
    """Native: follows every new best price, also inside a bar. Bar close: moves only when a signal bar closes."""

    NATIVE = 0
    BAR_CLOSE = 1


class SizingMethod(IntEnum):
    """How much the strategy asks for before the rule book answers; `sizing_value` carries the number."""

    FIXED_QUANTITY = 0  # value = quantity in venue units
    RISK_OF_INITIAL = 1  # value = fraction of the initial balance lost at the stop, costs included
    RISK_OF_EQUITY = 2  # value = fraction of present equity lost at the stop, costs included
    NOTIONAL_OF_EQUITY = 3  # value = position value as a multiple of present equity
    NOTIONAL = 4  # value = position value in account currency
    RISK_OF_BALANCE = 5  # value = fraction of the present balance lost at the stop, costs included
    KELLY = 6  # value = share of the Kelly fraction of the strategy's closed trades, lost at the stop; see HABITS


PLAN: np.dtype[Any] = np.dtype(
    [
        ("time", "i8"),  # UTC ms: close of the signal bar; the plan acts from this instant on
        ("symbol", "i4"),  # index of the symbol in the tape
        ("strategy", "i4"),  # index of the strategy in the portfolio
        ("side", "i1"),  # +1 long, -1 short
        ("when_open", "i1"),
        ("entry_kind", "i1"),
        ("time_in_force", "i1"),
        ("post_only", "i1"),
        ("stop_trigger", "i1"),
        ("trail_start", "i1"),
        ("trail_update", "i1"),
        ("sizing_method", "i1"),
        ("time_stop_needs_no_target", "i1"),  # 1: the time stop applies only while no target was hit
        ("target_count", "i1"),
        ("adverse_count", "i1"),
        ("adverse_close_count", "i1"),
        ("add_count", "i1"),
        ("quote_below", "i1"),  # a quote set: levels below the centre (`entry_price`), and above; 0 and 0 = an ordinary plan
        ("quote_above", "i1"),
        ("quote_most", "i1"),  # inventory: the most levels held at once, on either side
        ("tier_count", "i1"),
        ("break_even_after", "i1"),  # after which target (1 = first) the stop goes to entry; 0 = never
        ("signal_index", "i8"),  # row of the signal bar, for the decision record
        ("reference_price", "f8"),  # close of the signal bar
        ("entry_price", "f8"),  # limit or stop price; NaN for market
        ("expires_ms", "i8"),  # a resting entry is cancelled this long after `time`; 0 = never
        ("cancel_column", "i4"),  # column that cancels the resting entry when non-zero at a signal bar close
        ("stop", "f8"),  # protective stop price; NaN = none
        ("target_price", "f8", (MAX_TARGETS,)),
        ("target_fraction", "f8", (MAX_TARGETS,)),  # of the initial quantity; the last target closes the rest if they sum to 1
        ("trail_distance", "f8"),  # price distance; NaN = no trail (or from the column)
        ("trail_column", "i4"),  # column with the distance at each signal bar close
        ("trail_start_value", "f8"),  # price for AT_PRICE, target number for AFTER_TARGET
        ("tier_profit", "f8", (MAX_TIERS,)),  # price distance in profit from which the tier's distance applies
        ("tier_distance", "f8", (MAX_TIERS,)),
        ("break_even_offset", "f8"),  # price distance beyond entry, in the position's favour
        ("time_stop_ms", "i8"),  # from the fill; 0 = none
        ("exit_column", "i4"),  # column: +1 closes longs, -1 closes shorts, 2 closes both, at a signal bar close
        ("invalidation", "f8"),  # closed when a signal bar closes beyond it, against the position; NaN = none
        ("adverse_price", "f8", (MAX_TIERS,)),  # part of the position is closed at a loss here
        ("adverse_fraction", "f8", (MAX_TIERS,)),
        ("adverse_close_after", "i4", (MAX_TIERS,)),  # signal bars in a row that closed against the position; counts rise
        ("adverse_close_fraction", "f8", (MAX_TIERS,)),  # of the initial quantity, closed at the next open
        ("add_price", "f8", (MAX_TIERS,)),  # further entries, resting from the first fill on
        ("add_fraction", "f8", (MAX_TIERS,)),  # of the initial quantity
        ("quote_spacing", "f8"),  # price distance from level to level; one unit a level is what the sizing decides
        ("range_low", "f8"),  # a quote set ends here: everything is closed, every order withdrawn
        ("range_high", "f8"),
        ("sizing_value", "f8"),
        ("max_leverage", "f8"),  # the strategy's own cap; NaN = the account's
        ("strength", "f8"),
    ]
)

DEFAULTS: dict[str, Any] = {
    "entry_price": np.nan,
    "cancel_column": NO_COLUMN,
    "stop": np.nan,
    "target_price": np.nan,
    "trail_distance": np.nan,
    "trail_column": NO_COLUMN,
    "trail_start_value": np.nan,
    "exit_column": NO_COLUMN,
    "invalidation": np.nan,
    "adverse_price": np.nan,
    "add_price": np.nan,
    "max_leverage": np.nan,
}


def empty_plans(count: int) -> NDArray[Any]:
    """`count` plans that want nothing special: market entry, no stop, no targets; shape (count,), dtype PLAN."""
    plans = np.zeros(count, PLAN)
    for name, value in DEFAULTS.items():
        plans[name] = value
    return plans
