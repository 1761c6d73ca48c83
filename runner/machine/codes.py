"""The enumerations of the model as plain integers, which is what compiled code compares."""

from __future__ import annotations

from enum import IntEnum

from runner.model import following, habits, observation, plan, records, rules


def _numbers(kind: type[IntEnum]) -> tuple[int, ...]:
    return tuple(int(member) for member in kind)


MARKET, LIMIT, STOP_ENTRY = _numbers(plan.EntryKind)
IGNORE, ADD, REVERSE, REPLACE = _numbers(plan.WhenOpen)
GTC, IOC, FOK = _numbers(plan.TimeInForce)
AT_ENTRY, AT_PRICE, AFTER_TARGET = _numbers(plan.TrailStart)
NATIVE, BAR_CLOSE = _numbers(plan.TrailUpdate)
FIXED_QUANTITY, RISK_OF_INITIAL, RISK_OF_EQUITY, NOTIONAL_OF_EQUITY, NOTIONAL_VALUE, RISK_OF_BALANCE, KELLY = _numbers(plan.SizingMethod)
OF_DRAWDOWN, OF_DAY_LOSS, OF_DAY_PROFIT, OF_LOSING_STREAK, OF_WINNING_STREAK = _numbers(habits.Gauge)
MAX_TARGETS, MAX_TIERS = plan.MAX_TARGETS, plan.MAX_TIERS

FLOOR, CAP, TIMER, COUNTER, CALENDAR, HOUSE_FAMILY = _numbers(rules.Family)
FAIL, PAUSE_UNTIL_RESET, BLOCK_PASS, ADJUST, WARN, MANUAL, BLOCK_PAYOUT, RAISE_TARGET = _numbers(rules.Severity)
EQUITY, BALANCE, MIN_BALANCE_EQUITY = _numbers(rules.Measure)
LE, LT = _numbers(rules.Compare)
OF_INITIAL, OF_ANCHOR = _numbers(rules.AmountOf)
(
    INITIAL,
    DAY_START_BALANCE,
    DAY_START_EQUITY,
    MAX_DAY_START,
    DAY_PEAK_EQUITY,
    DAY_PEAK_BALANCE,
    EOD_BALANCE_HIGH,
    EOD_EQUITY_HIGH,
    CLOSED_BALANCE_HIGH,
    EQUITY_HIGH,
) = _numbers(rules.Anchor)
DAY_LOSS, DRAWDOWN, FLOOR_USED, LOSING_STREAK, DAY_BEFORE_PROFIT, PROFIT_SHARE, TRADE_SHARE = _numbers(rules.HouseMeasure)
(
    DO_SCALE,
    DO_BLOCK,
    DO_TIGHTEN,
    DO_CLOSE_WORST_HALF,
    DO_FLATTEN,
    DO_PAUSE,
    DO_HALT,
    DO_ALERT,
    DO_CLOSE_WORST,
    DO_REDUCE,
) = _numbers(rules.HouseAction)
KEEP_FLOOR, REDUCE_PEAK, FLOOR_TO_INITIAL = _numbers(rules.OnPayout)
CONTINUOUS, AT_RESET = _numbers(rules.Sampling)
FORBID_OPEN, FORBID_CLOSE, FORBID_ACTIVATION, FORBID_STOP, FORBID_TARGET = (int(member) for member in rules.Forbidden)
ON_CLOSE, ON_OPEN, ON_ORDER = _numbers(rules.Event)
OF_DAY, OF_TRADE = _numbers(rules.Scope)
OVER_PHASE, OVER_PAYOUT_CYCLE = _numbers(rules.Window)
RESTART_NEVER, RESTART_IF_RESIZED, RESTART_ALWAYS = _numbers(rules.Restart)
(
    SEEN_MARK,
    SEEN_TRADE,
    SEEN_OPENED,
    SEEN_STOP_SET,
    SEEN_STOP_CANCELLED,
    SEEN_CLOSED,
    SEEN_SYMBOL,
    SEEN_NOTHING,
    SEEN_SNAPSHOT,
    SEEN_ACTION,
) = _numbers(observation.Seen)
(
    TOLD_PRICE,
    TOLD_OVER,
    TOLD_CANDLE,
    TOLD_CONSIDER,
    TOLD_FILL,
    TOLD_GONE,
    TOLD_FUNDING,
    TOLD_BEGIN,
    TOLD_PHASE,
    TOLD_CASH,
    TOLD_HALT,
    TOLD_EXIT,
) = _numbers(following.Told)
UNTIL_RESET, UNTIL_DURATION, UNTIL_PHASE_END, UNTIL_WINNING_TRADE = _numbers(rules.Until)
TOTAL_NET, SUM_POSITIVE, PHASE_TARGET = _numbers(rules.DayResult)
ACTIVE, TARGET_REACHED, PASSED, PAUSED_STATE, FAILED, AMBIGUOUS = _numbers(rules.State)

PENDING, APPROVED, REFUSED, EXPIRED, CANCELLED = _numbers(records.Answer)
BY_ENTRY = int(records.Reason.ENTRY)
BY_ADD = int(records.Reason.ADD)
BY_STOP = int(records.Reason.STOP)
BY_TARGET = int(records.Reason.TARGET)
BY_TRAIL = int(records.Reason.TRAIL)
BY_BREAK_EVEN = int(records.Reason.BREAK_EVEN)
BY_DEFENCE = int(records.Reason.DEFENCE)
BY_TIME_STOP = int(records.Reason.TIME_STOP)
BY_EXIT_COLUMN = int(records.Reason.EXIT_COLUMN)
BY_INVALIDATION = int(records.Reason.INVALIDATION)
BY_ADVERSE = int(records.Reason.ADVERSE)
BY_REVERSE = int(records.Reason.REVERSE)
BY_REPLACE = int(records.Reason.REPLACE)
BY_HOUSE = int(records.Reason.HOUSE)
BY_LIQUIDATION = int(records.Reason.LIQUIDATION)
BY_PHASE_END = int(records.Reason.PHASE_END)
BY_END_OF_DATA = int(records.Reason.END_OF_DATA)
BY_QUOTE = int(records.Reason.QUOTE)
BY_SESSION_FLAT = int(records.Reason.SESSION_FLAT)
BY_NEWS = int(records.Reason.NEWS)
BY_ADVERSE_CLOSE = int(records.Reason.ADVERSE_CLOSE)
NO_REASON = -1

Code = rules.Code
NONE = int(Code.NONE)
DAILY_LOSS, MAX_LOSS = int(Code.DAILY_LOSS), int(Code.MAX_LOSS)
RISK_PER_TRADE, NOTIONAL_CAP, MARGIN_CAP = int(Code.RISK_PER_TRADE), int(Code.NOTIONAL), int(Code.MARGIN)
BUCKET_NOTIONAL, OPEN_POSITIONS, OPEN_ORDERS = int(Code.BUCKET_NOTIONAL), int(Code.OPEN_POSITIONS), int(Code.OPEN_ORDERS)
ORDERS_PER_DAY, QUANTITY_PER_ORDER = int(Code.ORDERS_PER_DAY), int(Code.QUANTITY_PER_ORDER)
INSTRUMENTS, DIRECTION, SYMBOL_DAILY_LOSS = int(Code.INSTRUMENTS), int(Code.DIRECTION), int(Code.SYMBOL_DAILY_LOSS)
PROFIT_TARGET, TRADING_DAYS, PROFITABLE_DAYS = int(Code.PROFIT_TARGET), int(Code.TRADING_DAYS), int(Code.PROFITABLE_DAYS)
CONSISTENCY, PROFIT_CAP, INACTIVITY, TIME_LIMIT = int(Code.CONSISTENCY), int(Code.PROFIT_CAP), int(Code.INACTIVITY), int(Code.TIME_LIMIT)
SESSION_FLAT, HOUSE, HOLDING_TIME = int(Code.SESSION_FLAT), int(Code.HOUSE), int(Code.HOLDING_TIME)
LEVERAGE_CAP, POSITION_NOTIONAL, MIN_TRADE = int(Code.LEVERAGE_CAP), int(Code.POSITION_NOTIONAL), int(Code.MIN_TRADE)
MIN_INTERVAL, CONTRACTS, OTHER_ACCOUNTS = int(Code.MIN_INTERVAL), int(Code.CONTRACTS), int(Code.OTHER_ACCOUNTS)
MODIFICATIONS_PER_DAY, PAYOUT, NEWS = int(Code.MODIFICATIONS_PER_DAY), int(Code.PAYOUT), int(Code.NEWS)
STOP_DEADLINE = int(Code.STOP_DEADLINE)
QUOTES_TOO_TIGHT = int(Code.QUOTES_TOO_TIGHT)
COOLDOWN, ENTRIES_PER_DAY, ENTRY_INTERVAL = int(Code.COOLDOWN), int(Code.ENTRIES_PER_DAY), int(Code.ENTRY_INTERVAL)
SIZING, MIN_QUANTITY, MIN_NOTIONAL, MAX_QUANTITY = int(Code.SIZING), int(Code.MIN_QUANTITY), int(Code.MIN_NOTIONAL), int(Code.MAX_QUANTITY)
LEVERAGE, STOP_BEYOND_LIQUIDATION = int(Code.LEVERAGE), int(Code.STOP_BEYOND_LIQUIDATION)
STOP_WRONG_SIDE, NO_STOP, POSITION_OPEN = int(Code.STOP_WRONG_SIDE), int(Code.NO_STOP), int(Code.POSITION_OPEN)
MARKET_BEYOND_STOP, PHASE_OVER, PAUSED, HALTED = int(Code.MARKET_BEYOND_STOP), int(Code.PHASE_OVER), int(Code.PAUSED), int(Code.HALTED)
NO_MARKET, TOO_MANY_ORDERS, LIQUIDATION, NO_RISK_SIZE = (
    int(Code.NO_MARKET),
    int(Code.TOO_MANY_ORDERS),
    int(Code.LIQUIDATION),
    int(Code.NO_RISK_SIZE),
)
