"""The rule book as data: five families of rows the machine evaluates, and our own ladder beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Times
from runner.model.clock import resets_ms
from runner.model.currency import moved_by
from runner.model.market import Releases


class Family(IntEnum):
    """How a row is evaluated."""

    FLOOR = 1  # equity may not reach a level
    CAP = 2  # limits what the gate approves
    TIMER = 3  # seconds of one position
    COUNTER = 4  # days and results of a phase
    CALENDAR = 5  # forbidden or forced times
    HOUSE = 6  # our own condition → action rung


class Code(IntEnum):
    """Every rule by its name; also what refusals and verdicts are counted by."""

    NONE = 0
    DAILY_LOSS = 1
    MAX_LOSS = 2
    RISK_PER_TRADE = 10
    NOTIONAL = 11
    MARGIN = 12
    BUCKET_NOTIONAL = 13
    OPEN_POSITIONS = 14
    OPEN_ORDERS = 15
    ORDERS_PER_DAY = 16
    QUANTITY_PER_ORDER = 17
    INSTRUMENTS = 18
    DIRECTION = 19
    SYMBOL_DAILY_LOSS = 20
    LEVERAGE_CAP = 21  # notional of one symbol over the equity
    POSITION_NOTIONAL = 22
    MIN_TRADE = 23  # smallest notional worth trading
    MIN_INTERVAL = 24  # time between two entries
    CONTRACTS = 25  # open quantity, scaled by the profit of the days before
    MODIFICATIONS_PER_DAY = 26
    OTHER_ACCOUNTS = 27  # the opposite side is held on another account of the firm's group
    STOP_DEADLINE = 30
    HOLDING_TIME = 31
    PROFIT_TARGET = 40
    TRADING_DAYS = 41
    PROFITABLE_DAYS = 42
    CONSISTENCY = 43
    PROFIT_CAP = 44
    INACTIVITY = 45
    TIME_LIMIT = 46
    PAYOUT = 47
    NEWS = 50
    SESSION_FLAT = 51
    HOUSE = 60
    MARTINGALE = 61  # what a human reviewer would object to; found in the trades, never judged
    GRID = 62
    ALL_IN = 63
    # refusals that are not a rule of firm or house
    SIZING = 70  # the strategy's own sizing decided the quantity (binding code of an approval)
    MIN_QUANTITY = 71
    MIN_NOTIONAL = 72
    MAX_QUANTITY = 73
    LEVERAGE = 74
    STOP_BEYOND_LIQUIDATION = 75
    STOP_WRONG_SIDE = 76
    NO_STOP = 77
    POSITION_OPEN = 78
    MARKET_BEYOND_STOP = 79
    PHASE_OVER = 80
    PAUSED = 81
    HALTED = 82
    NO_MARKET = 83
    TOO_MANY_ORDERS = 84
    LIQUIDATION = 85
    NO_RISK_SIZE = 86
    COOLDOWN = 87  # the strategy's own habits
    ENTRIES_PER_DAY = 88
    ENTRY_INTERVAL = 89
    QUOTES_TOO_TIGHT = 90  # a quote set whose levels bring less than the fees of two orders


class Severity(IntEnum):
    """What a breach does."""

    FAIL = 0
    PAUSE = 1
    BLOCK_PASS = 2
    ADJUST = 3
    WARN = 4
    MANUAL = 5  # judged by hand at the firm; treated as FAIL
    BLOCK_PAYOUT = 6
    RAISE_TARGET = 7


class Anchor(IntEnum):
    """What a floor hangs from. The first six are daily, the rest overall."""

    INITIAL = 0  # static
    DAY_START_BALANCE = 1
    DAY_START_EQUITY = 2
    MAX_DAY_START = 3
    DAY_PEAK_EQUITY = 4
    DAY_PEAK_BALANCE = 5
    EOD_BALANCE_HIGH = 6
    EOD_EQUITY_HIGH = 7
    CLOSED_BALANCE_HIGH = 8
    EQUITY_HIGH = 9


class Measure(IntEnum):
    """What is held against a floor."""

    EQUITY = 0
    BALANCE = 1
    MIN_BALANCE_EQUITY = 2


class Compare(IntEnum):
    """LE: touching the floor breaches. LT: only going under it does."""

    LE = 0
    LT = 1


class AmountOf(IntEnum):
    """What `amount_fraction` is a share of."""

    INITIAL = 0
    ANCHOR = 1


class HouseMeasure(IntEnum):
    """What a rung watches; money measures are fractions of the initial balance."""

    DAY_LOSS = 0  # (anchor of the rung − equity) / initial
    DRAWDOWN = 1  # (highest equity of the phase − equity) / initial
    FLOOR_USED = 2  # share of the tightest firm floor's allowance already used, 1 = at the floor
    LOSING_STREAK = 3  # closed losing trades in a row
    DAY_BEFORE_PROFIT = 4  # closed result of the day that the clock has just ended
    PROFIT_SHARE = 5  # profit of the running day, open result included, as a share of the phase's target (of all profit without one)
    TRADE_SHARE = 6  # the same of the most profitable open position


class HouseAction(IntEnum):
    """What a rung does. Scale and block change what the gate approves; the others act at the waypoint's price."""

    SCALE = 0  # multiply requested quantities by `value`
    BLOCK = 1  # no new entries
    TIGHTEN = 2  # bring stops to `value` of their distance from the price
    CLOSE_WORST_HALF = 3
    FLATTEN = 4  # close everything, cancel resting orders
    PAUSE = 5  # flatten and block
    HALT = 6  # flatten and block for good
    ALERT = 7  # write it down, nothing else
    CLOSE_WORST = 8  # close the `value` positions with the worst open results
    REDUCE = 9  # close the share `value` of every position


class Until(IntEnum):
    """How long a rung's effect lasts."""

    RESET = 0
    DURATION = 1  # `duration_ms`
    PHASE_END = 2
    WINNING_TRADE = 3


class DayResult(IntEnum):
    """Denominator of a consistency rule."""

    TOTAL_NET = 0
    SUM_POSITIVE = 1
    PHASE_TARGET = 2


class OnPayout(IntEnum):
    """What a payout does to an overall floor."""

    KEEP_FLOOR = 0
    REDUCE_PEAK = 1  # the peak falls by the payout
    FLOOR_TO_INITIAL = 2


class Sampling(IntEnum):
    """When a floor is compared."""

    CONTINUOUS = 0
    AT_RESET = 1  # only at the reset of its clock


class Event(IntEnum):
    """What counts: for TRADING_DAYS and INACTIVITY."""

    CLOSE = 0  # a closed trade
    OPEN = 1  # an opened position
    ORDER = 2  # an order sent


class Scope(IntEnum):
    """What a consistency rule looks at."""

    DAY = 0
    TRADE = 1


class Window(IntEnum):
    """Over what a consistency or day rule counts."""

    PHASE = 0
    PAYOUT_CYCLE = 1


class Restart(IntEnum):
    """When taking a stop away starts the stop deadline anew; otherwise it still counts from the opening."""

    NEVER = 0
    ONLY_IF_SIZE_CHANGED = 1
    ALWAYS = 2


class Forbidden(IntFlag):
    """What may not happen around a release."""

    OPEN = 1
    CLOSE = 2
    PENDING_ACTIVATION = 4
    STOP_FILL = 8
    TAKE_PROFIT_FILL = 16


class State(IntEnum):
    """Verdict of a phase."""

    ACTIVE = 0
    TARGET_REACHED = 1
    PASSED = 2
    PAUSED = 3
    FAILED = 4
    AMBIGUOUS = 5


MAX_CLOCKS = 8
NO_PHASE_END = -1
MAX_STEPS = 12
MEMBER_WORDS = 4
MOST_SYMBOLS = 64 * MEMBER_WORDS  # that rules can tell apart
NO_STEPS = (np.nan,) * MAX_STEPS

RULE: np.dtype[Any] = np.dtype(
    [
        ("family", "i1"),
        ("severity", "i1"),
        ("anchor", "i1"),
        ("measure", "i1"),
        ("compare", "i1"),
        ("amount_of", "i1"),
        ("action", "i1"),
        ("until", "i1"),
        ("firm", "i1"),  # 1: the firm's rule, 0: ours
        ("either_sign", "i1"),  # TRADING_DAYS: a losing trade of that size counts too
        ("denominator", "i1"),
        ("direction", "i1"),  # DIRECTION: allowed side, 0 both
        ("sampling", "i1"),
        ("on_payout", "i1"),
        ("event", "i1"),
        ("scope", "i1"),
        ("window", "i1"),
        ("restarts", "i1"),  # STOP_DEADLINE: Restart
        ("forbids", "i4"),  # NEWS: bits of Forbidden
        ("calendar", "i4"),  # NEWS: index into the book's calendars; -1 none
        ("clock", "i4"),  # index into the reset table
        ("phase", "i4"),
        ("code", "i4"),
        ("count", "i8"),
        ("duration_ms", "i8"),
        ("grace_ms", "i8"),
        ("members", "u8", (MEMBER_WORDS,)),  # bit per symbol index, 64 a word, for buckets and instrument lists
        ("amount_fraction", "f8"),
        ("amount", "f8"),  # money; NaN when `amount_fraction` decides
        ("lock", "f8"),  # highest level the floor may reach, as money; NaN = none
        ("limit", "f8"),  # caps, targets, thresholds
        ("limit_2", "f8"),
        ("value", "f8"),  # the rung's number
        ("margin", "f8"),  # share of the allowance the gate keeps free
        (
            "lock_trigger",
            "f8",
        ),  # profit, as a fraction of initial, from which the floor stands no lower than the initial balance for good; NaN none
        ("steps", "f8", (MAX_STEPS,)),  # CONTRACTS: profit from which, contracts allowed, … · PAYOUT: largest first, second, … payout
    ]
)


FOLLOWING_EQUITY = (Anchor.DAY_START_EQUITY, Anchor.MAX_DAY_START, Anchor.DAY_PEAK_EQUITY, Anchor.EOD_EQUITY_HIGH, Anchor.EQUITY_HIGH)


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """One row of the rule table, named for people. `key` is the rule's path in the account (`program.phases.…`).

    FLOOR      anchor, measure, compare, amount_fraction+amount_of or amount, lock, lock_trigger, sampling, on_payout, clock, severity
    CAP        RISK_PER_TRADE: amount(_fraction) of loss at the stop, per symbol, costs included
               NOTIONAL: limit = multiple of initial · MARGIN: limit = fraction of initial
               BUCKET_NOTIONAL: members, limit = multiple of initial · OPEN_POSITIONS, OPEN_ORDERS, ORDERS_PER_DAY: count
               QUANTITY_PER_ORDER: limit · INSTRUMENTS: members allowed · DIRECTION: direction
               SYMBOL_DAILY_LOSS: amount(_fraction), clock · LEVERAGE_CAP: members, limit = multiple of equity
               POSITION_NOTIONAL: limit = multiple of initial · MIN_TRADE: amount · MIN_INTERVAL: duration_ms · CONTRACTS: steps, clock
               MODIFICATIONS_PER_DAY: count, clock · OTHER_ACCOUNTS: nothing more
    TIMER      STOP_DEADLINE: duration_ms, grace_ms, count of graces, restarts, limit = loss at the stop of the balance,
               limit_2 = offence that ends the account (NaN: the first without grace)
               HOLDING_TIME: duration_ms, limit = share that may be shorter
    COUNTER    PROFIT_TARGET: limit = fraction of initial (amount = money) · TRADING_DAYS: count, limit = notional as fraction
               of initial, limit_2 = result as fraction of the notional, either_sign, event, clock
               PROFITABLE_DAYS: count, limit = fraction of initial (amount = money), window, clock
               CONSISTENCY: limit = share, denominator, scope, compare, window, clock,
               severity (ADJUST: excess not credited, RAISE_TARGET, BLOCK_PASS, BLOCK_PAYOUT, FAIL)
               PROFIT_CAP: amount per day, limit = amount per trade · INACTIVITY: duration_ms, event · TIME_LIMIT: duration_ms, event
               PAYOUT: duration_ms until the first, grace_ms between two, amount = smallest, limit_2 = profit that must stay,
               value = share of the profit paid out, count = largest number of payouts (0 = any), steps = largest amounts,
               margin = share of an overall floor's allowance that stays free
               MARTINGALE, GRID, ALL_IN: limit, count; never judged by the machine
    CALENDAR   NEWS: calendar, members, forbids, duration_ms before, grace_ms after, action (FLATTEN: closed before the window, else BLOCK)
               SESSION_FLAT: clock (its resets are the flat times; -1: only breaks), duration_ms before,
               grace_ms = longest break that may be held through
    HOUSE      measure (HouseMeasure), limit = threshold, action, value, until, duration_ms, anchor (DAY_LOSS), clock
    """

    key: str
    family: Family
    code: Code
    severity: Severity = Severity.FAIL
    anchor: Anchor = Anchor.INITIAL
    measure: int = Measure.EQUITY
    compare: Compare = Compare.LE
    amount_of: AmountOf = AmountOf.INITIAL
    action: HouseAction = HouseAction.SCALE
    until: Until = Until.RESET
    firm: int = 1
    either_sign: int = 0
    denominator: DayResult = DayResult.TOTAL_NET
    direction: int = 0
    clock: int = 0
    phase: int = 0
    count: int = 0
    duration_ms: int = 0
    grace_ms: int = 0
    members: int = 0
    amount_fraction: float = np.nan
    amount: float = np.nan
    lock: float = np.nan
    limit: float = np.nan
    limit_2: float = np.nan
    value: float = np.nan
    margin: float = 0.05
    sampling: Sampling = Sampling.CONTINUOUS
    on_payout: OnPayout = OnPayout.KEEP_FLOOR
    event: Event = Event.CLOSE
    scope: Scope = Scope.DAY
    window: Window = Window.PHASE
    restarts: Restart = Restart.NEVER
    forbids: int = 0
    calendar: int = -1
    lock_trigger: float = np.nan
    steps: tuple[float, ...] = NO_STEPS

    def words(self) -> tuple[int, ...]:
        """`members` as the machine reads them: words of 64 bits, the first symbols first. OverflowError beyond MOST_SYMBOLS."""
        return tuple(int(word) for word in np.frombuffer(self.members.to_bytes(8 * MEMBER_WORDS, "little"), "<u8"))

    @property
    def broken_by_profit(self) -> bool:
        """Can open profit alone break this floor? It rises with equity, and the balance held against it stays behind."""
        return self.family == Family.FLOOR and self.measure != Measure.EQUITY and self.anchor in FOLLOWING_EQUITY


@dataclass(frozen=True, kw_only=True)
class Reset:
    """A wall-clock time of day in an IANA zone at which a trading day begins; on some weekdays only (0 = Monday) when any are named."""

    at: str
    zone: str
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AccountFacts:
    """What a rule needs to know of the account to write its rows. `releases` reads the calendar; only rules that judge by it ask."""

    initial: float
    currency: str
    symbols: tuple[str, ...]
    clocks: list[Reset] = field(default_factory=list)
    releases: Callable[[], Releases] = Releases
    calendars: list[Times] = field(default_factory=list)

    def clock(self, reset: Reset) -> int:
        """The number of a reset clock; the same time and zone share one."""
        if reset not in self.clocks:
            self.clocks.append(reset)
        return self.clocks.index(reset)

    def calendar(self, times: Times) -> int:
        """The number of a calendar of instants; equal ones share one."""
        for number, known in enumerate(self.calendars):
            if np.array_equal(known, times):
                return number
        self.calendars.append(times)
        return len(self.calendars) - 1

    def moved_by(self, currency: str) -> int:
        """Symbols that releases of a currency move, as bits; a symbol that does not tell its currencies counts."""
        return self.members([symbol for symbol in self.symbols if currency in (moved_by(symbol) or (currency,))])

    def members(self, symbols: list[str]) -> int:
        """Symbols as bits, in tape order; symbols that are not traded here are left out."""
        return sum(1 << number for number, symbol in enumerate(self.symbols) if symbol in symbols)


@dataclass(frozen=True, kw_only=True)
class PhaseFacts:
    """One phase of a program, in order; `next` is the index of the following phase, -1 at the end."""

    name: str
    next: int


@dataclass(frozen=True, kw_only=True)
class RuleBook:
    """A settled rule book: initial balance, phases from the account's own onwards, rows, reset clocks, warnings for people.

    calendars: instants of releases by the number that rows name, int64 UTC milliseconds, oldest first.
    """

    initial: float
    currency: str
    phases: tuple[PhaseFacts, ...]
    rows: tuple[RuleRow, ...]
    clocks: tuple[Reset, ...]
    warnings: tuple[str, ...] = ()
    calendars: tuple[Times, ...] = ()

    def table(self) -> NDArray[Any]:
        """The rows as the machine reads them, shape (r,), dtype RULE."""
        names = RULE.names or ()
        return np.array([tuple(row.words() if name == "members" else getattr(row, name) for name in names) for row in self.rows], RULE)

    def resets(self, start_ms: int, end_ms: int) -> list[Times]:
        """For each clock the UTC milliseconds of its resets around [start, end], with two days to spare on both sides."""
        return [resets_ms(clock.at, clock.zone, start_ms, end_ms, clock.weekdays) for clock in self.clocks]
