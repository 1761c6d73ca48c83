"""Codes as words: short names of rules, units of what they measure, one sentence for each refusal."""

from __future__ import annotations

from runner.model.rules import Code, HouseMeasure, RuleBook, RuleRow, State

MONEY, FRACTION, COUNT, DURATION = "money", "fraction", "count", "milliseconds"

UNITS = {  # everything else is money
    Code.CONSISTENCY: FRACTION,
    Code.OPEN_POSITIONS: COUNT,
    Code.OPEN_ORDERS: COUNT,
    Code.ORDERS_PER_DAY: COUNT,
    Code.QUANTITY_PER_ORDER: COUNT,
    Code.INSTRUMENTS: COUNT,
    Code.DIRECTION: COUNT,
    Code.CONTRACTS: COUNT,
    Code.MODIFICATIONS_PER_DAY: COUNT,
    Code.OTHER_ACCOUNTS: COUNT,
    Code.MIN_INTERVAL: DURATION,
    Code.COOLDOWN: DURATION,
    Code.ENTRIES_PER_DAY: COUNT,
    Code.ENTRY_INTERVAL: DURATION,
    Code.TRADING_DAYS: COUNT,
    Code.PROFITABLE_DAYS: COUNT,
    Code.STOP_DEADLINE: DURATION,
    Code.HOLDING_TIME: DURATION,
    Code.INACTIVITY: DURATION,
    Code.TIME_LIMIT: DURATION,
    Code.NEWS: DURATION,
    Code.SESSION_FLAT: DURATION,
}

REFUSALS = {
    Code.DAILY_LOSS: "the worst case would reach the daily loss floor",
    Code.MAX_LOSS: "the worst case would reach the overall loss floor",
    Code.RISK_PER_TRADE: "the loss at the stop would exceed the risk allowed per trade",
    Code.NOTIONAL: "the positions together would exceed the allowed value",
    Code.MARGIN: "the margin would exceed its share of the initial balance",
    Code.BUCKET_NOTIONAL: "the positions of this group would exceed the allowed value",
    Code.OPEN_POSITIONS: "as many positions are open as allowed",
    Code.OPEN_ORDERS: "as many orders rest as allowed",
    Code.ORDERS_PER_DAY: "the day's orders are used up",
    Code.QUANTITY_PER_ORDER: "the order would exceed the allowed quantity",
    Code.INSTRUMENTS: "the program does not allow this instrument",
    Code.DIRECTION: "this direction is not allowed",
    Code.SYMBOL_DAILY_LOSS: "the symbol would exceed its own loss of the day",
    Code.LEVERAGE_CAP: "the symbol's value would exceed its allowed multiple of the equity",
    Code.POSITION_NOTIONAL: "the symbol's value would exceed what one symbol may be worth",
    Code.MIN_TRADE: "what the rules leave is worth less than the smallest trade",
    Code.MIN_INTERVAL: "the last entry was too short a time ago, or one is still waiting",
    Code.CONTRACTS: "the open quantity would exceed the contracts allowed today",
    Code.OTHER_ACCOUNTS: "another account of the group holds the other side",
    Code.PROFIT_CAP: "the day's profit cap is reached",
    Code.NEWS: "a news release is too near",
    Code.SESSION_FLAT: "the session must be flat",
    Code.HOUSE: "our own ladder blocks new entries",
    Code.SIZING: "the sizing asked for no quantity",
    Code.MIN_QUANTITY: "the allowed quantity is below the instrument's minimum",
    Code.MIN_NOTIONAL: "the allowed value is below the instrument's minimum",
    Code.MAX_QUANTITY: "the quantity exceeds the instrument's maximum",
    Code.LEVERAGE: "the leverage allowed is used up",
    Code.STOP_BEYOND_LIQUIDATION: "the stop lies beyond the liquidation price",
    Code.STOP_WRONG_SIDE: "the stop lies on the wrong side of the entry",
    Code.NO_STOP: "the plan has no stop, and the rules need one",
    Code.POSITION_OPEN: "the symbol already has a position or order",
    Code.MARKET_BEYOND_STOP: "the market opened beyond the stop",
    Code.PHASE_OVER: "the phase was already decided",
    Code.PAUSED: "the account is paused",
    Code.HALTED: "the account is halted",
    Code.NO_MARKET: "no bar was left to enter on",
    Code.TOO_MANY_ORDERS: "no room for another resting order",
    Code.LIQUIDATION: "the account was liquidated",
    Code.COOLDOWN: "the strategy pauses after its last trade",
    Code.ENTRIES_PER_DAY: "the strategy's entries of this day are used up",
    Code.ENTRY_INTERVAL: "the strategy's last entry was too short a time ago, or one is still waiting",
    Code.QUOTES_TOO_TIGHT: "from one level to the next there is less to win than the two fees",
    Code.NO_RISK_SIZE: "the sizing needs a stop to know its risk",
}

STATES = {
    State.ACTIVE: "still ACTIVE",
    State.TARGET_REACHED: "has its TARGET REACHED, not all conditions",
    State.PASSED: "PASSED",
    State.PAUSED: "PAUSED",
    State.FAILED: "FAILED",
    State.AMBIGUOUS: "AMBIGUOUS",
}


def short(key: str) -> str:
    """A rule's path without its scaffolding: 'program.phases.challenge.rules.daily' is 'challenge.daily'."""
    parts = key.split(".")
    return ".".join(parts[2:3] + parts[4:]) if parts[:2] == ["program", "phases"] and parts[3:4] == ["rules"] else key


def own_name(key: str) -> str:
    """A rule's name without program and phase, for columns that several phases share: 'daily', 'house_daily'."""
    parts = key.split(".")
    return "_".join(parts[4:] if parts[:2] == ["program", "phases"] and parts[3:4] == ["rules"] else parts)


def unit(row: RuleRow) -> str:
    """What a rule's value and limit are counted in."""
    if row.code is Code.HOUSE:
        return COUNT if row.measure == HouseMeasure.LOSING_STREAK else FRACTION
    return UNITS.get(row.code, MONEY)


def rule_code(book: RuleBook, row: int) -> str | None:
    """The code's name of a row of the rule table; None for -1."""
    return book.rows[row].code.name if 0 <= row < len(book.rows) else None


def rule_path(book: RuleBook, row: int) -> str | None:
    """The config path of a row of the rule table; None for -1."""
    return book.rows[row].key if 0 <= row < len(book.rows) else None


def phase_name(book: RuleBook, phase: int) -> str:
    """The phase's name."""
    return book.phases[phase].name if 0 <= phase < len(book.phases) else ""


def refusal(code: int) -> str:
    """Why a plan was refused, as a sentence; codes without one say their name."""
    known = Code(code)
    return REFUSALS.get(known, known.name.lower().replace("_", " "))
