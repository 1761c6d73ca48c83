"""What a run leaves behind, as tables: fills, equity, decisions, days, and the outcome the reports are made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.rules import RuleBook

MAX_FLOORS = 4


class Reason(IntEnum):
    """Why a fill happened."""

    ENTRY = 0
    ADD = 1
    STOP = 2
    TARGET = 3
    TRAIL = 4
    BREAK_EVEN = 5
    DEFENCE = 6
    TIME_STOP = 7
    EXIT_COLUMN = 8
    INVALIDATION = 9
    ADVERSE = 10
    REVERSE = 11
    REPLACE = 12
    HOUSE = 13
    LIQUIDATION = 14
    PHASE_END = 15
    END_OF_DATA = 16
    QUOTE = 17
    SESSION_FLAT = 18
    NEWS = 19
    ADVERSE_CLOSE = 20


class Answer(IntEnum):
    """What became of a plan."""

    PENDING = 0
    APPROVED = 1
    REFUSED = 2
    EXPIRED = 3  # approved, never filled
    CANCELLED = 4  # approved, withdrawn before it filled


FILL: np.dtype[Any] = np.dtype(
    [
        ("time", "i8"),  # UTC ms; fills inside a bar carry the bar's open time plus their place in the path
        ("symbol", "i4"),
        ("side", "i4"),  # +1 bought, -1 sold
        ("quantity", "f8"),
        ("price", "f8"),
        ("fee", "f8"),  # account currency
        ("slippage", "f8"),  # account currency, already inside `price`
        ("reason", "i4"),
        ("target", "i4"),  # which target or step, 1 = first; 0 = none
        ("plan", "i8"),  # row in the plan table
        ("position", "i8"),  # number of the position, 1 = first of the run
        ("profit", "f8"),  # realised by this fill, before its fee
        ("balance", "f8"),  # after this fill
        ("open_quantity", "f8"),  # left open after this fill
        ("strategy", "i4"),
        ("phase", "i4"),
    ]
)

TRADE: np.dtype[Any] = np.dtype(
    [
        ("position", "i8"),
        ("plan", "i8"),
        ("symbol", "i4"),
        ("strategy", "i4"),
        ("phase", "i4"),
        ("side", "i4"),
        ("opened", "i8"),  # UTC ms of the bar open of the first fill
        ("closed", "i8"),
        ("quantity", "f8"),  # largest held
        ("entry_price", "f8"),  # average
        ("exit_price", "f8"),  # average
        ("profit", "f8"),  # net of fees and funding, account currency
        ("fees", "f8"),
        ("funding", "f8"),  # paid (+) or received (-)
        ("risk", "f8"),  # approved loss at the stop
        ("best", "f8"),  # best net result while open
        ("worst", "f8"),  # worst net result while open
        ("reason", "i4"),  # of the last fill
        ("targets", "i4"),  # hit
    ]
)

STOP_MOVE: np.dtype[Any] = np.dtype(  # the stop in force of a position, whenever an instant leaves it elsewhere than the one before
    [
        ("time", "i8"),
        ("position", "i8"),
        ("symbol", "i4"),
        ("reason", "i4"),  # Reason of a fill there: STOP, TRAIL, BREAK_EVEN, DEFENCE, LIQUIDATION
        ("price", "f8"),
    ]
)

EQUITY: np.dtype[Any] = np.dtype(  # one instant at which bars closed
    [
        ("time", "i8"),
        ("balance", "f8"),
        ("high", "f8"),
        ("low", "f8"),
        ("close", "f8"),
        ("floor", "f8", (MAX_FLOORS,)),
        ("phase", "i4"),
        ("open_positions", "i4"),
    ]
)

STRETCH: np.dtype[Any] = np.dtype(  # instants in a row that share what seldom changes
    [
        ("row", "i8"),  # the first of them
        ("balance", "f8"),
        ("floor", "f8", (MAX_FLOORS,)),
        ("phase", "i4"),
        ("open_positions", "i4"),
        ("flat", "i8"),  # 1: nothing was open, equity is the balance and no mark is kept
    ]
)

MARK: np.dtype[Any] = np.dtype([("high", "f8"), ("low", "f8"), ("close", "f8")])  # equity during one instant's bars

DECISION: np.dtype[Any] = np.dtype(
    [
        ("time", "i8"),
        ("answer", "i4"),
        ("code", "i4"),  # Code: why refused, or what bound the quantity of an approval
        ("rule", "i4"),  # row of the rule table; -1 = none
        ("wanted", "f8"),  # quantity the strategy's sizing asked for
        ("quantity", "f8"),  # approved
        ("allowed", "f8"),  # what the binding rule leaves, before rounding to the instrument's steps; NaN where it is no matter of quantity
        ("value", "f8"),  # measured value behind the answer
        ("limit", "f8"),
        ("position", "i8"),  # 0 = never filled
        ("merged", "i4"),  # targets and tiers too small for the instrument: they close with the one after them
    ]
)

DAY: np.dtype[Any] = np.dtype(
    [
        ("time", "i8"),  # reset that began the day
        ("phase", "i4"),
        ("balance_start", "f8"),
        ("equity_start", "f8"),
        ("balance_end", "f8"),
        ("equity_end", "f8"),
        ("equity_high", "f8"),
        ("equity_low", "f8"),
        ("credited", "f8"),
        ("trades", "i4"),
        ("counts", "i4"),  # 1: a valid trading day
    ]
)

RULE_STATE: np.dtype[Any] = np.dtype(
    [
        ("worst_headroom", "f8"),  # smallest distance to breach, in the rule's own unit; inf = never measured
        ("worst_value", "f8"),
        ("worst_limit", "f8"),
        ("worst_at", "i8"),
        ("count", "i8"),  # days counted, rungs fired, refusals
        ("active_until", "i8"),  # house rungs
        ("acted_at", "f8"),  # what they measured when they last acted
        ("anchor", "f8"),  # floors: the anchor last asked for, and the floor that hangs from it
        ("floor", "f8"),
        ("kept", "f8"),  # floors: the anchor that a payout left standing; -inf none
        ("stands", "f8"),  # floors: where a payout made it stand for good; NaN none
        ("least", "f8"),  # floors: what a profit made the lowest level for good; -inf none
        ("stood_at", "i8"),  # since when
        ("days", "i8"),  # day counters: days that counted, and the number of the last one
        ("day", "i8"),
        ("noted", "i8"),  # deadlines: the beginning whose end is already written down; -1 none
    ]
)

PHASE_RESULT: np.dtype[Any] = np.dtype(
    [
        ("phase", "i4"),
        ("state", "i4"),
        ("rule", "i4"),  # row of the rule table, -1 = none
        ("code", "i4"),
        ("started", "i8"),
        ("ended", "i8"),  # UTC ms of the verdict, or of the last instant
        ("value", "f8"),
        ("floor", "f8"),
        ("balance", "f8"),
        ("equity", "f8"),
        ("credited", "f8"),
        ("target", "f8"),  # money; NaN = none
        ("days_counted", "i4"),
        ("days_needed", "i4"),
        ("ambiguous", "i4"),
        ("payouts", "i4"),
        ("paid", "f8"),  # out of the phase's balance, in all
    ]
)

EVENT: np.dtype[Any] = np.dtype(
    [("time", "i8"), ("code", "i4"), ("rule", "i4"), ("action", "i4"), ("symbol", "i4"), ("value", "f8"), ("limit", "f8"), ("price", "f8")]
)


@dataclass(frozen=True, kw_only=True)
class EquityRecord:
    """Equity instant by instant as the machine keeps it: a sixth of the memory of its rows, because most of a row stays as it was.

    time: UTC ms, shape (n,). stretches: dtype STRETCH, oldest first. marks: dtype MARK, one per instant of a stretch that is not flat.
    """

    time: NDArray[np.int64]
    stretches: NDArray[Any]
    marks: NDArray[Any]

    def __len__(self) -> int:
        return len(self.time)

    @property
    def last(self) -> float:
        """Equity at the last instant."""
        return float(self.stretches["balance"][-1] if self.stretches["flat"][-1] else self.marks["close"][-1])

    @cached_property
    def rows(self) -> NDArray[Any]:
        """One row per instant, shape (n,), dtype EQUITY; made when first asked for."""
        rows = np.zeros(len(self), EQUITY)
        stretch = np.repeat(np.arange(len(self.stretches)), np.diff(self.stretches["row"], append=len(self)))
        marked = self.stretches["flat"][stretch] == 0
        rows["time"] = self.time
        for name in ("balance", "floor", "phase", "open_positions"):
            rows[name] = self.stretches[name][stretch]
        for name in ("high", "low", "close"):
            rows[name] = rows["balance"]
            rows[name][marked] = self.marks[name]
        return rows


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything a finished (or stepped) run knows; shapes (k,) of the dtypes of this module."""

    symbols: tuple[str, ...]
    strategies: tuple[str, ...]
    book: RuleBook
    plans: NDArray[Any]
    fills: NDArray[Any]
    trades: NDArray[Any]
    stops: NDArray[Any]
    equity_record: EquityRecord
    decisions: NDArray[Any]
    days: NDArray[Any]
    rule_states: NDArray[Any]
    phases: NDArray[Any]
    events: NDArray[Any]
    floor_rules: tuple[tuple[int, ...], ...]  # per phase: rows of the rule table that `equity.floor` holds, in order
    balance: float
    equity_now: float
    ambiguous_resolved: int
    ambiguous_failed: int
    missing_funding: tuple[str, ...] = ()

    @property
    def equity(self) -> NDArray[Any]:
        """Equity instant by instant, dtype EQUITY."""
        return self.equity_record.rows
