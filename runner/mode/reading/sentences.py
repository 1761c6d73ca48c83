"""One row of the rule book as a sentence, with every limit in money for this account."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from runner.mode.reading.resets import named, spoken
from runner.model.rules import (
    AmountOf,
    Anchor,
    Code,
    Compare,
    DayResult,
    Event,
    Forbidden,
    HouseAction,
    HouseMeasure,
    Measure,
    OnPayout,
    RuleBook,
    RuleRow,
    Sampling,
    Scope,
    Severity,
    Until,
    Window,
)

ANCHORS: Mapping[Anchor, str] = {
    Anchor.INITIAL: "the initial balance",
    Anchor.DAY_START_BALANCE: "the balance at the day's start",
    Anchor.DAY_START_EQUITY: "the equity at the day's start",
    Anchor.MAX_DAY_START: "the higher of balance and equity at the day's start",
    Anchor.DAY_PEAK_EQUITY: "the highest equity of the day",
    Anchor.DAY_PEAK_BALANCE: "the highest balance of the day",
    Anchor.EOD_BALANCE_HIGH: "the highest balance at a day's end",
    Anchor.EOD_EQUITY_HIGH: "the highest equity at a day's end",
    Anchor.CLOSED_BALANCE_HIGH: "the highest balance ever",
    Anchor.EQUITY_HIGH: "the highest equity ever",
}
MEASURES = {Measure.EQUITY: "Equity", Measure.BALANCE: "Balance", Measure.MIN_BALANCE_EQUITY: "The lower of balance and equity"}
EFFECTS: Mapping[Severity, str] = {
    Severity.FAIL: "else the account fails",
    Severity.PAUSE: "else everything is closed and trading pauses until the reset",
    Severity.BLOCK_PASS: "the phase is not passed before",
    Severity.ADJUST: "what is above does not count",
    Severity.WARN: "else a warning",
    Severity.MANUAL: "else the firm reviews it by hand; here it counts as failed",
    Severity.BLOCK_PAYOUT: "no payout before",
    Severity.RAISE_TARGET: "a larger one raises the target",
}
WHOLES = {
    DayResult.TOTAL_NET: "of the whole net result",
    DayResult.SUM_POSITIVE: "of the sum of the winning days",
    DayResult.PHASE_TARGET: "of the phase's profit target",
}
EVENTS = {Event.CLOSE: "a closed trade", Event.OPEN: "an opened position", Event.ORDER: "an order"}
WINDOWS = {Window.PHASE: "", Window.PAYOUT_CYCLE: " of each payout cycle"}
WATCHED: Mapping[HouseMeasure, str] = {
    HouseMeasure.DRAWDOWN: "Equity {share} of the initial balance ({money}) below its peak",
    HouseMeasure.FLOOR_USED: "{share} of the tightest firm allowance used",
    HouseMeasure.LOSING_STREAK: "{count:g} losing trades in a row",
    HouseMeasure.DAY_BEFORE_PROFIT: "The day before brought {share} of the initial balance ({money})",
    HouseMeasure.PROFIT_SHARE: "The day's profit reaches {share} of the profit that counts",
    HouseMeasure.TRADE_SHARE: "One trade's profit reaches {share} of the profit that counts",
}
ACTIONS: Mapping[HouseAction, str] = {
    HouseAction.SCALE: "sizes times {value:g}",
    HouseAction.BLOCK: "no new entries",
    HouseAction.TIGHTEN: "stops brought to {value:g} of their distance",
    HouseAction.CLOSE_WORST_HALF: "the worse half of the positions closed",
    HouseAction.FLATTEN: "everything closed",
    HouseAction.PAUSE: "everything closed, no new entries",
    HouseAction.HALT: "everything closed, for good",
    HouseAction.ALERT: "an alert",
    HouseAction.CLOSE_WORST: "the {value:g} worst positions closed",
    HouseAction.REDUCE: "{value:.0%} of every position closed",
}
FORBIDS = {
    Forbidden.OPEN: "opened",
    Forbidden.CLOSE: "closed",
    Forbidden.PENDING_ACTIVATION: "filled from a resting order",
    Forbidden.STOP_FILL: "stopped out",
    Forbidden.TAKE_PROFIT_FILL: "closed at a target",
}

type Say = Callable[[RuleRow, RuleBook], str]


def sentence(row: RuleRow, book: RuleBook) -> str:
    """What the row asks of the trader; a code without a sentence says its name."""
    say = SAYINGS.get(row.code)
    return row.code.name.lower().replace("_", " ") if say is None else say(row, book)


def money(value: float) -> str:
    """1234.5 as '1,234.50'."""
    return f"{value:,.2f}"


def share(fraction: float) -> str:
    """0.05 as '5 %', 0.0025 as '0.25 %'."""
    return f"{round(fraction * 100, 6):g} %"


def clock(row: RuleRow, book: RuleBook) -> str:
    """The row's reset clock in words."""
    return named(book.clocks[row.clock])


def allowed(row: RuleRow, book: RuleBook) -> str:
    """The amount a row allows, in money, and where it comes from."""
    if not math.isnan(row.amount):
        return money(row.amount)
    if row.amount_of == AmountOf.ANCHOR:
        return f"{share(row.amount_fraction)} of it (now {money(row.amount_fraction * book.initial)})"
    return f"{money(row.amount_fraction * book.initial)} ({share(row.amount_fraction)} of the initial balance)"


def effect(row: RuleRow) -> str:
    """What going past the row does, as the end of a sentence; our own rules are kept by the gate and do nothing to the account."""
    return f", {EFFECTS[row.severity]}" if row.firm else "; the gate keeps to it"


def amount_of(row: RuleRow, book: RuleBook) -> float:
    """The amount a row allows while its anchor stands at the initial balance."""
    return row.amount if not math.isnan(row.amount) else row.amount_fraction * book.initial


def floor(row: RuleRow, book: RuleBook) -> str:
    """A floor: what may not fall how far below what, where it stands today, where it stops."""
    verb = "reach" if row.compare == Compare.LE else "fall below"
    where = money(book.initial - amount_of(row, book))
    if row.anchor == Anchor.INITIAL:
        text = f"{MEASURES[Measure(row.measure)]} may not {verb} {where}: {allowed(row, book)} below the initial balance"
    else:
        text = (
            f"{MEASURES[Measure(row.measure)]} may not {verb} the level {allowed(row, book)} below {ANCHORS[row.anchor]}; at first {where}"
        )
    return f"{text}{effect(row)}.{day(row, book)}{stops(row, book)}{sampled(row)}{paid(row)}"


def day(row: RuleRow, book: RuleBook) -> str:
    """When the day of an anchor that needs one begins."""
    daily = Anchor.INITIAL < row.anchor <= Anchor.EOD_EQUITY_HIGH
    return f" The day begins at {clock(row, book)}." if daily or row.code is Code.DAILY_LOSS else ""


def stops(row: RuleRow, book: RuleBook) -> str:
    """Where a floor that rises stops rising."""
    lock = "" if math.isnan(row.lock) else f" It never rises above {money(row.lock)}."
    if math.isnan(row.lock_trigger):
        return lock
    return f"{lock} From a profit of {money(row.lock_trigger * book.initial)} on it stands at {money(book.initial)} for good."


def sampled(row: RuleRow) -> str:
    """When a floor is looked at, where that is not always."""
    return " It is looked at only at the reset." if row.sampling == Sampling.AT_RESET else ""


def paid(row: RuleRow) -> str:
    """What a payout does to the floor."""
    said = {OnPayout.REDUCE_PEAK: "lowers the peak by its amount", OnPayout.FLOOR_TO_INITIAL: "puts the floor at the initial balance"}
    return f" A payout {said[row.on_payout]}." if row.on_payout in said else ""


def target(row: RuleRow, book: RuleBook) -> str:
    """The profit target."""
    wanted = row.amount if not math.isnan(row.amount) else row.limit * book.initial
    part = "" if not math.isnan(row.amount) else f" ({share(row.limit)} of the initial balance)"
    return f"Passed with a credited profit of {money(wanted)}{part}, everything closed."


def trading_days(row: RuleRow, book: RuleBook) -> str:
    """Days that must be traded."""
    large = f" of at least {money(row.limit * book.initial)} in value" if row.limit > 0 else ""
    sign = "won or lost" if row.either_sign else "won"
    earned = f" that {sign} at least {share(row.limit_2)} of its own value" if row.limit_2 > 0 else ""
    return f"{row.count} days, each with {EVENTS[row.event]}{large}{earned}; {EFFECTS[row.severity]}. The day begins at {clock(row, book)}."


def profitable_days(row: RuleRow, book: RuleBook) -> str:
    """Days that must end in profit."""
    least = row.amount if not math.isnan(row.amount) else row.limit * book.initial
    days = f"{row.count} days{WINDOWS[row.window]} with a closed profit of at least {money(least)}"
    return f"{days}; {EFFECTS[row.severity]}. The day begins at {clock(row, book)}."


def consistency(row: RuleRow, _book: RuleBook) -> str:
    """The largest share of one day or trade."""
    one = "One trade" if row.scope == Scope.TRADE else "One day"
    most = "stays below" if row.compare == Compare.LT else "brings at most"
    return f"{one}{WINDOWS[row.window]} {most} {share(row.limit)} {WHOLES[row.denominator]}; {EFFECTS[row.severity]}."


def profit_cap(row: RuleRow, _book: RuleBook) -> str:
    """Profit that does not count."""
    parts = [(row.amount, "a day"), (row.limit, "a trade")]
    said = " and ".join(f"{money(value)} {what}" for value, what in parts if not math.isnan(value) and value < math.inf)
    return f"Profit above {said} does not count."


def risk(row: RuleRow, book: RuleBook) -> str:
    """Loss of one position."""
    return f"At most {allowed(row, book)} lost on everything open in one symbol, costs included{effect(row)}."


def symbol_loss(row: RuleRow, book: RuleBook) -> str:
    """Loss of one symbol in a day."""
    verb = "reach" if row.compare == Compare.LE else "pass"
    of = "" if row.amount_of == AmountOf.INITIAL else f", {ANCHORS[row.anchor]}"
    said = f"One symbol's loss of the day, open part included, may not {verb} {allowed(row, book)}{of}"
    return f"{said}{effect(row)}. The day begins at {clock(row, book)}."


def notional(row: RuleRow, book: RuleBook) -> str:
    """Value of everything open."""
    most = f"{money(row.limit * book.initial)} ({row.limit:g} times the initial balance)"
    return f"Open positions and orders together worth at most {most}{effect(row)}."


def position_notional(row: RuleRow, book: RuleBook) -> str:
    """Value of one symbol."""
    return (
        f"One symbol's position worth at most {money(row.limit * book.initial)} ({share(row.limit)} of the initial balance){effect(row)}."
    )


def margin(row: RuleRow, book: RuleBook) -> str:
    """Margin of everything open."""
    return f"Margin of everything open at most {money(row.limit * book.initial)} ({share(row.limit)} of the initial balance){effect(row)}."


def bucket(row: RuleRow, book: RuleBook) -> str:
    """Value of a group of symbols."""
    most = f"{money(row.limit * book.initial)} ({share(row.limit)} of the initial balance)"
    return f"The symbols of this group together worth at most {most}{effect(row)}."


def leverage(row: RuleRow, book: RuleBook) -> str:
    """Value of a symbol over the equity."""
    return f"A position worth at most {row.limit:g} times the equity (now {money(row.limit * book.initial)})."


def contracts(row: RuleRow, book: RuleBook) -> str:
    """Contracts allowed, by the profit of the days before."""
    pairs = list(zip(row.steps[::2], row.steps[1::2], strict=True))
    tiers = [
        f"{most:g} from a profit of {money(profit)} on" if profit > -math.inf else f"{most:g}"
        for profit, most in pairs
        if not math.isnan(most)
    ]
    if not tiers:
        return f"At most {row.limit:g} contracts open."
    text = ", ".join(tiers)
    return f"At most this many contracts open: {text}; the profit at the day's end counts. The day begins at {clock(row, book)}."


def counted(what: str) -> Say:
    """A cap on a number of things."""
    return lambda row, _book: f"At most {row.count} {what}{effect(row)}."


def per_day(what: str) -> Say:
    """A cap on a number of things a day."""
    return lambda row, book: f"At most {row.count} {what} a day{effect(row)}. The day begins at {clock(row, book)}."


def holding(row: RuleRow, _book: RuleBook) -> str:
    """The shortest holding time."""
    few = "No trade" if row.limit == 0 else f"At most {share(row.limit)} of the trades"
    return f"{few} may be shorter than {spoken(row.duration_ms)}; {EFFECTS[row.severity]}."


def stop_deadline(row: RuleRow, _book: RuleBook) -> str:
    """How soon a stop must stand."""
    grace = f"; {row.count} offence{'s' if row.count != 1 else ''} may be repaired within {spoken(row.grace_ms)}" if row.count else ""
    return f"A stop for the full size within {spoken(row.duration_ms)} of the fill{grace}{effect(row)}."


def inactivity(row: RuleRow, _book: RuleBook) -> str:
    """The longest rest."""
    return f"No {spoken(row.duration_ms)} without {EVENTS[row.event]}{effect(row)}."


def time_limit(row: RuleRow, _book: RuleBook) -> str:
    """The longest phase."""
    since = "the first trade" if row.event == Event.OPEN else "the phase's start"
    return f"At most {spoken(row.duration_ms)} from {since}{effect(row)}."


def payout(row: RuleRow, book: RuleBook) -> str:
    """When profit is paid out."""
    most = [money(value) for value in row.steps if not math.isnan(value)]
    caps = f"; at most {most[0]} each" if len(set(most)) == 1 else f"; at most {', '.join(most)}, one after the other" if most else ""
    least = f"; at least {money(row.amount)}" if row.amount > 0 else ""
    stays = f"; {money(row.limit_2)} of profit must stay" if row.limit_2 > 0 else ""
    number = f"; {row.count} payouts at most" if row.count else ""
    free = left_free(row, book)
    return f"Payouts from {spoken(row.duration_ms)} on, then every {spoken(row.grace_ms)}{least}{caps}{stays}{number}{free}."


def left_free(row: RuleRow, book: RuleBook) -> str:
    """What a payout leaves above an overall floor that does not fall with it; our choice, so it is named as one."""
    overall = [floor for floor in book.rows if floor.phase == row.phase and floor.code == Code.MAX_LOSS]
    stays = [floor for floor in overall if floor.on_payout != OnPayout.REDUCE_PEAK or floor.anchor == Anchor.INITIAL]
    return f"; less is taken to keep {share(row.margin)} of the overall allowance free (keep_fraction)" if stays and row.margin else ""


def news(row: RuleRow, _book: RuleBook) -> str:
    """What may not happen around releases."""
    what = ", ".join(text for bit, text in FORBIDS.items() if row.forbids & bit) or "opened"
    before, after = (spoken(ms) if ms else "nothing" for ms in (row.duration_ms, row.grace_ms))
    return f"From {before} before to {after} after a release nothing may be {what}{effect(row)}."


def session(row: RuleRow, book: RuleBook) -> str:
    """When everything must be closed."""
    ahead = f"; no new entries for {spoken(row.duration_ms)} before" if row.duration_ms else ""
    when = f"by {clock(row, book)}" if row.clock >= 0 else f"before a market break of more than {spoken(row.grace_ms)}"
    return f"Everything closed {when}{ahead}{effect(row)}."


def house(row: RuleRow, book: RuleBook) -> str:
    """A rung of our own ladder: from where on, what is done, how long."""
    measure, action = HouseMeasure(row.measure), HouseAction(row.action)
    facts = {"share": share(row.limit), "money": money(row.limit * book.initial), "count": row.limit}
    if measure is HouseMeasure.DAY_LOSS:
        days = "week" if book.clocks[row.clock].weekdays else "day"
        anchor = ANCHORS[row.anchor].replace("day", days)
        watched = f"Equity {facts['share']} of the initial balance ({facts['money']}) below {anchor}"
    else:
        watched = WATCHED[measure].format(**facts)
    return f"{watched}: {ACTIONS[action].format(value=row.value)}{lasts(row, book)}."


def lasts(row: RuleRow, book: RuleBook) -> str:
    """How long a rung holds; what happens once holds no time."""
    if row.action in (HouseAction.ALERT, HouseAction.TIGHTEN, HouseAction.CLOSE_WORST_HALF, HouseAction.CLOSE_WORST, HouseAction.REDUCE):
        return ""
    said = {
        Until.RESET: f" until {clock(row, book)}",
        Until.DURATION: f" for {spoken(row.duration_ms)}",
        Until.PHASE_END: " for the rest of the phase",
        Until.WINNING_TRADE: " until a trade wins",
    }
    return said[row.until]


SAYINGS: Mapping[Code, Say] = {
    Code.DAILY_LOSS: floor,
    Code.MAX_LOSS: floor,
    Code.PROFIT_TARGET: target,
    Code.TRADING_DAYS: trading_days,
    Code.PROFITABLE_DAYS: profitable_days,
    Code.CONSISTENCY: consistency,
    Code.PROFIT_CAP: profit_cap,
    Code.RISK_PER_TRADE: risk,
    Code.SYMBOL_DAILY_LOSS: symbol_loss,
    Code.NOTIONAL: notional,
    Code.POSITION_NOTIONAL: position_notional,
    Code.MARGIN: margin,
    Code.BUCKET_NOTIONAL: bucket,
    Code.LEVERAGE_CAP: leverage,
    Code.CONTRACTS: contracts,
    Code.MIN_TRADE: lambda row, _book: f"Nothing smaller than {money(row.amount)} is traded.",
    Code.MIN_INTERVAL: lambda row, _book: f"At least {spoken(row.duration_ms)} between two entries.",
    Code.OTHER_ACCOUNTS: lambda _row, _book: "Nothing is opened against a position of another account of the group.",
    Code.OPEN_POSITIONS: counted("positions open or waiting"),
    Code.OPEN_ORDERS: counted("resting orders"),
    Code.ORDERS_PER_DAY: per_day("orders"),
    Code.MODIFICATIONS_PER_DAY: per_day("changes of orders"),
    Code.QUANTITY_PER_ORDER: lambda row, _book: f"At most {row.limit:g} in one order.",
    Code.INSTRUMENTS: lambda row, _book: f"Only the instruments of this rule{effect(row)}.",
    Code.DIRECTION: lambda row, _book: "Long and short." if row.direction == 0 else f"Only {'long' if row.direction > 0 else 'short'}.",
    Code.HOLDING_TIME: holding,
    Code.STOP_DEADLINE: stop_deadline,
    Code.INACTIVITY: inactivity,
    Code.TIME_LIMIT: time_limit,
    Code.PAYOUT: payout,
    Code.NEWS: news,
    Code.SESSION_FLAT: session,
    Code.HOUSE: house,
    Code.MARTINGALE: lambda row, _book: f"Warned of: size times {row.limit:g} or more after {row.count} losses in a row.",
    Code.GRID: lambda row, _book: f"Warned of: {row.count} or more entries at even distances in one symbol.",
    Code.ALL_IN: lambda row, _book: f"Warned of: one position with {share(row.limit)} or more of what may be lost.",
}
