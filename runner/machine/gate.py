"""The gate: the largest quantity of a plan that cannot breach, or the code, value and limit of the rule that says no."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.caps import concerns, contracts_room, leverage_room, opposes, since_entry
from runner.machine.compiled import compiled
from runner.machine.fills import leverage_of
from runner.machine.floors import room_for_budgets, room_under, symbol_limit, worst_case
from runner.machine.habits import held_back, kelly_risk, share_of_quantity
from runner.machine.house import equity_now
from runner.machine.money import flat_fee, steps_down, tick_inside
from runner.machine.quotes import (
    beyond_liquidation,
    is_quotes,
    level_price,
    long_units,
    more_notional,
    most_units,
    round_trip,
    set_loss,
    set_worth,
    short_units,
    waiting_loss,
)
from runner.machine.state import MAX_RESTING, View
from runner.machine.trades import risk_limit
from runner.machine.view import (
    cap_row,
    clock_of,
    floor_row,
    instrument_of,
    ledger_of,
    phase_at,
    plan_at,
    position,
    resting_at,
    rule_at,
    rule_state,
    rung_row,
    settings_of,
)


@compiled
def stop_cost(w: View, s: int, k: int, price: float, taker: bool) -> float:
    """Loss of one unit entered at `price` and stopped: distance, both fees, slippage; NaN without a stop, ≤ 0 on the wrong side."""
    plan, instrument, settings = plan_at(w, k), instrument_of(w, s), settings_of(w)
    value = position(w, s).point_value
    slip = settings.slippage
    grid = instrument.tick if slip > 0.0 else 0.0
    entry = price + plan.side * (price * slip + grid) if taker else price
    stop = tick_inside(plan.stop, plan.side, instrument.tick)
    if plan.side * (price - stop) <= 0.0:
        return 0.0
    out = stop - plan.side * (stop * slip + grid)
    fees = entry * (instrument.taker if taker else instrument.maker) + out * instrument.taker
    flat = flat_fee(instrument, value, taker) + flat_fee(instrument, value, True)
    return (plan.side * (entry - out) + fees) * value + flat


@compiled
def funding_reserve(w: View, s: int, price: float) -> float:
    """Funding kept free for one unit."""
    return settings_of(w).funding_reserve * price * position(w, s).point_value if instrument_of(w, s).funded == 1 else 0.0


@compiled
def unit_loss(w: View, s: int, k: int, price: float, taker: bool) -> tuple[float, float, float]:
    """Per unit of the first entry, or of a level: (loss at the stop with everything filled, funding reserve, total units)."""
    if is_quotes(w, k):
        units = float(most_units(w, k))
        return set_loss(w, s, k), funding_reserve(w, s, price) * units, units
    plan = plan_at(w, k)
    loss, reserve, units = stop_cost(w, s, k, price, taker), funding_reserve(w, s, price), 1.0
    for n in range(plan.add_count):
        share = plan.add_fraction[n]
        loss += share * stop_cost(w, s, k, plan.add_price[n], True)
        reserve += share * funding_reserve(w, s, plan.add_price[n])
        units += share
    return loss, reserve, units


@compiled
def sized(w: View, s: int, k: int, price: float, loss: float) -> float:
    """The quantity the strategy's own sizing asks for; NaN when it needs a stop and has none."""
    plan, ledger = plan_at(w, k), ledger_of(w)
    value = price * position(w, s).point_value * max(1, most_units(w, k))
    equity = max(0.0, min(ledger.equity, ledger.balance))
    method = plan.sizing_method
    if method == c.FIXED_QUANTITY:
        return plan.sizing_value
    if method == c.RISK_OF_INITIAL:
        return plan.sizing_value * ledger.initial / loss if loss > 0.0 else math.nan
    if method == c.RISK_OF_EQUITY:
        return plan.sizing_value * equity / loss if loss > 0.0 else math.nan
    if method == c.RISK_OF_BALANCE:
        return plan.sizing_value * ledger.balance / loss if loss > 0.0 else math.nan
    if method == c.KELLY:
        return kelly_risk(w, plan.strategy, plan.sizing_value) * equity / loss if loss > 0.0 else math.nan
    if method == c.NOTIONAL_OF_EQUITY:
        return plan.sizing_value * equity / value
    return plan.sizing_value / value


@compiled
def house_scale(w: View) -> tuple[float, int]:
    """The smallest factor of the rungs in force, 0 when one blocks; and that rung."""
    ledger = ledger_of(w)
    factor, by = 1.0, -1
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule_state(w, r).active_until > ledger.time:
            value = rule.value if rule.action == c.DO_SCALE else 0.0 if blocks(rule.action) else 1.0
            if value < factor:
                factor, by = value, r
    return factor, by


@compiled
def blocks(action: int) -> bool:
    """Does a rung of this action keep new entries out while it is in force?"""
    return action == c.DO_BLOCK or action == c.DO_PAUSE or action == c.DO_HALT


@compiled
def totals(w: View) -> tuple[float, float, int, int, int]:
    """Notional and margin of open positions and of what may still fill, open positions, positions that may still open, resting orders."""
    notional, margin, opened, waiting, orders = 0.0, 0.0, 0, 0, 0
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.side != 0:
            notional += p.notional
            margin += p.margin
            opened += 1
        if p.quoting == 1:
            notional += more_notional(w, s)
            margin += more_notional(w, s) / leverage_of(w, s, p.quote_plan)
            waiting += 1 if p.side == 0 else 0
        if p.resting > 0:
            for n in range(MAX_RESTING):
                order = resting_at(w, s, n)
                if order.active == 1:
                    orders += 1
                if order.active == 1 and order.role != c.BY_QUOTE:
                    value = resting_value(w, s, n)
                    notional += value
                    margin += value / leverage_of(w, s, order.plan)
                    waiting += 1
    return notional, margin, opened, waiting, orders


@compiled
def spendable(w: View, s: int, notional: float, margin: float) -> float:
    """What is left for margin: the lower of balance and equity, less what is held and the fees of closing it, as a venue reckons."""
    worth = min(ledger_of(w).balance, equity_now(w))
    return max(0.0, worth - margin - notional * instrument_of(w, s).taker)


@compiled
def resting_value(w: View, s: int, n: int) -> float:
    """Value of a resting order; an entry counts with the add steps that follow its fill."""
    order = resting_at(w, s, n)
    price = order.price
    if order.kind == c.STOP_ENTRY:
        price = dearest(w, s, price)
    value = order.quantity * price * position(w, s).point_value
    if order.role == c.BY_ENTRY:
        plan = plan_at(w, order.plan)
        more = 0.0
        for m in range(plan.add_count):
            more += plan.add_fraction[m] * max(1.0, plan.add_price[m] / order.price)
        value *= 1.0 + more
    return value


@compiled
def unit_worth(w: View, s: int, k: int, price: float, taker: bool) -> float:
    """Value of one unit as it will be held: slippage and add steps included; of a quote set with every level of a side filled."""
    plan = plan_at(w, k)
    if is_quotes(w, k):
        return set_worth(w, s, k)
    total = dearest(w, s, price) if taker else price
    for n in range(plan.add_count):
        total += plan.add_fraction[n] * dearest(w, s, plan.add_price[n])
    return total * position(w, s).point_value


@compiled
def dearest(w: View, s: int, price: float) -> float:
    """The most a market order pays at `price`: slippage, rounded to the grid against us."""
    slippage = settings_of(w).slippage
    return price * (1.0 + slippage) + instrument_of(w, s).tick if slippage > 0.0 else price


@compiled
def bucket_value(w: View, r: int, only: int) -> float:
    """Notional of the symbols in the bucket of rule `r`, or of symbol `only` where that is not -1; resting entries included."""
    value = 0.0
    for s in range(w.symbol_count):
        if not (s == only if only >= 0 else concerns(w, r, s)):
            continue
        p = position(w, s)
        value += p.notional if p.side != 0 else 0.0
        if p.resting > 0:
            for n in range(MAX_RESTING):
                order = resting_at(w, s, n)
                if order.active == 1 and order.role != c.BY_QUOTE:
                    value += resting_value(w, s, n)
        value += more_notional(w, s)
    return value


@compiled
def takes(w: View, k: int, side: int) -> bool:
    """May plan `k` hold a position of this side?"""
    if is_quotes(w, k):
        return bool((long_units(w, k) if side > 0 else short_units(w, k)) > 0)
    return bool(plan_at(w, k).side == side)


@compiled
def refused_outright(w: View, s: int, k: int, opened: int, waiting: int, orders: int) -> tuple[int, int, float, float]:
    """Rules that say no whatever the quantity: (code or NONE, rule row, value, limit)."""
    ledger, plan = ledger_of(w), plan_at(w, k)
    new = long_units(w, k) + short_units(w, k) if is_quotes(w, k) else 1
    for n in range(phase_at(w, ledger.phase).caps):
        r = cap_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code == c.INSTRUMENTS and not concerns(w, r, s):
            return rule.code, r, float(s), 0.0
        if rule.code == c.DIRECTION and rule.direction != 0 and takes(w, k, -rule.direction):
            return rule.code, r, float(-rule.direction), float(rule.direction)
        if rule.code == c.OPEN_POSITIONS and position(w, s).side == 0 and opened + waiting >= rule.count:
            return rule.code, r, float(opened + waiting), float(rule.count)
        if rule.code == c.OPEN_ORDERS and plan.entry_kind != c.MARKET and orders + new > rule.count:
            return rule.code, r, float(orders), float(rule.count)
        if rule.code == c.ORDERS_PER_DAY and clock_of(w, rule.clock).orders + new > rule.count:
            return rule.code, r, float(clock_of(w, rule.clock).orders), float(rule.count)
        for side in (-1, 1):
            if rule.code == c.OTHER_ACCOUNTS and takes(w, k, side) and opposes(w, s, side):
                return rule.code, r, float(side), float(-side)
        if rule.code == c.MIN_INTERVAL and is_quotes(w, k):
            return rule.code, r, 0.0, float(rule.duration_ms)
        if rule.code == c.MIN_INTERVAL and since_entry(w, r, s) < rule.duration_ms:
            return rule.code, r, since_entry(w, r, s), float(rule.duration_ms)
    return c.NONE, -1, 0.0, 0.0


@compiled
def symbol_loss(w: View, s: int) -> float:
    """What a symbol may still lose: its position's loss budget and those of its resting entries."""
    p = position(w, s)
    loss = p.loss_cap if p.side != 0 else 0.0
    if p.resting > 0:
        for n in range(MAX_RESTING):
            order = resting_at(w, s, n)
            if order.active == 1:
                loss += order.loss
    return loss + waiting_loss(w, s)


@compiled
def cap_room(
    w: View, s: int, r: int, unit: float, value: float, price: float, k: int, notional: float, margin: float
) -> tuple[float, float, float]:
    """How many units cap `r` leaves: (units, measured value, limit); inf units when it does not concern quantity."""
    rule, ledger, p = rule_at(w, r), ledger_of(w), position(w, s)
    spare = 0.0 if plan_at(w, k).entry_kind == c.MARKET else rule.margin
    if rule.code == c.RISK_PER_TRADE:
        limit = risk_limit(w, r, min(ledger.balance, p.risk_base) if p.side != 0 else ledger.balance)
        open_risk = symbol_loss(w, s)
        return (limit * (1.0 - rule.margin) - open_risk) / unit, open_risk, limit
    if rule.code == c.SYMBOL_DAILY_LOSS:
        limit = symbol_limit(w, r)
        used = -min(0.0, p.day_result[rule.clock]) + symbol_loss(w, s)
        return (limit * (1.0 - rule.margin) - used) / unit, used, limit
    if rule.code == c.NOTIONAL_CAP:
        limit = rule.limit * ledger.initial
        return (limit * (1.0 - spare) - notional) / value, notional, limit
    if rule.code == c.MARGIN_CAP:
        limit = rule.limit * ledger.initial
        return (limit * (1.0 - spare) - margin) / value * leverage_of(w, s, k), margin, limit
    if rule.code == c.BUCKET_NOTIONAL and concerns(w, r, s):
        limit = rule.limit * ledger.initial
        used = bucket_value(w, r, -1)
        return (limit * (1.0 - spare) - used) / value, used, limit
    if rule.code == c.QUANTITY_PER_ORDER:
        return rule.limit, 0.0, rule.limit
    if rule.code == c.POSITION_NOTIONAL:
        limit = rule.limit * ledger.initial
        used = bucket_value(w, r, s)
        return (limit * (1.0 - spare) - used) / value, used, limit
    if rule.code == c.LEVERAGE_CAP:
        return leverage_room(w, s, r, unit, value, price, k)
    if rule.code == c.CONTRACTS:
        return contracts_room(w, r, k)
    return math.inf, 0.0, 0.0


@compiled
def gate(w: View, s: int, k: int, price: float, taker: bool) -> tuple[float, int, int, float, float, float, float, float, float, float]:
    """Answer plan `k` of symbol `s` entered at `price`.

    Returns (quantity, code, rule row, wanted quantity, allowed quantity, measured value, limit, loss, give-back budget, funding reserve).
    Quantity 0 is a refusal and `code` says by what; otherwise `code` names what bound the quantity. The allowed quantity is what that
    rule leaves before it is rounded: 0 where nothing at all is, NaN where the answer is no matter of quantity. Pure: writes nothing.
    """
    ledger, plan, settings, instrument = ledger_of(w), plan_at(w, k), settings_of(w), instrument_of(w, s)
    notional, margin, opened, waiting, orders = totals(w)
    code, rule, value, limit = refused_outright(w, s, k, opened, waiting, orders)
    if code != c.NONE and settings.gate == 1:
        return 0.0, code, rule, math.nan, 0.0, value, limit, 0.0, 0.0, 0.0
    code, value, limit = held_back(w, s, k)
    if code != c.NONE:
        return 0.0, code, -1, math.nan, math.nan, value, limit, 0.0, 0.0, 0.0
    stopless = math.isnan(plan.stop) and not is_quotes(w, k)
    loss, reserve, units = unit_loss(w, s, k, price, taker)
    if stopless:
        loss = math.nan
        if settings.has_floors == 1 and settings.gate == 1:
            return 0.0, c.NO_STOP, -1, math.nan, math.nan, math.nan, math.nan, 0.0, 0.0, 0.0
    elif loss <= 0.0 or (not is_quotes(w, k) and stop_cost(w, s, k, price, taker) <= 0.0):
        return 0.0, c.STOP_WRONG_SIDE, -1, math.nan, math.nan, price, plan.stop, 0.0, 0.0, 0.0
    leverage = leverage_of(w, s, k)
    if is_quotes(w, k):
        spacing, fees = round_trip(w, s, k)
        if spacing <= fees:
            return 0.0, c.QUOTES_TOO_TIGHT, -1, math.nan, math.nan, spacing, fees, 0.0, 0.0, 0.0
        liquidation = beyond_liquidation(w, s, k, leverage)
        beyond = not math.isnan(liquidation)
    else:
        liquidation = price * (1.0 - plan.side * (1.0 / leverage - instrument.maintenance))
        beyond = not stopless and plan.side * (plan.stop - liquidation) <= 0.0
    if settings.isolated == 1 and beyond:
        return 0.0, c.STOP_BEYOND_LIQUIDATION, -1, math.nan, math.nan, plan.stop, liquidation, 0.0, 0.0, 0.0
    wanted = sized(w, s, k, price, loss) * share_of_quantity(w, plan.strategy)
    if math.isnan(wanted):
        return 0.0, c.NO_STOP, -1, math.nan, math.nan, math.nan, math.nan, 0.0, 0.0, 0.0
    unit_value = unit_worth(w, s, k, price, taker)
    quantity, code, rule, value, limit = wanted, c.SIZING, -1, plan.sizing_value, plan.sizing_value
    if settings.gate == 1:
        factor, by = house_scale(w)
        if factor < 1.0:
            quantity, code, rule, value, limit = wanted * factor, c.HOUSE, by, rule_state(w, by).acted_at, rule_at(w, by).limit
    held = unit_value * (1.0 + settings.slippage) * (1.0 / leverage + 2.0 * instrument.taker)  # at the price before it slips
    free = spendable(w, s, notional, margin) / held
    if free < quantity:
        quantity, code, rule, value, limit = free, c.LEVERAGE, -1, notional, min(ledger.balance, ledger.equity) * leverage
    largest = max(0.0, instrument.max_quantity - (position(w, s).quantity if position(w, s).side != 0 else 0.0)) / units
    if largest < quantity:
        quantity, code, rule, value, limit = largest, c.MAX_QUANTITY, -1, quantity, instrument.max_quantity
    least = level_price(w, s, k, -long_units(w, k)) if is_quotes(w, k) else price  # where an order is worth least
    if settings.gate == 0:
        return finish(w, s, quantity, least, code, rule, wanted, value, limit, math.inf, math.inf, 0.0)
    unit = loss + reserve
    budget_room = math.inf
    if not stopless:
        equity, losses, budgets = worst_case(w)
        budget_room = room_for_budgets(w, equity, budgets)
        for n in range(phase_at(w, ledger.phase).floors):
            r = floor_row(w, ledger.phase, n)
            left, measure, floor = room_under(w, r, equity, losses, budgets)
            if left / unit < quantity:
                quantity, code, rule, value, limit = left / unit, rule_at(w, r).code, r, measure, floor
    for n in range(phase_at(w, ledger.phase).caps):
        r = cap_row(w, ledger.phase, n)
        left, measure, cap = cap_room(w, s, r, unit, unit_value, price, k, notional, margin)
        if left < quantity:
            quantity, code, rule, value, limit = left, rule_at(w, r).code, r, measure, cap
    if stopless:
        return finish(w, s, quantity, least, code, rule, wanted, value, limit, math.inf, math.inf, 0.0)
    return finish(w, s, quantity, least, code, rule, wanted, value, limit, unit, budget_room, reserve)


@compiled
def too_small(w: View, worth: float) -> int:
    """The rule by which a trade of this value is too small to be worth it; -1 when none says so."""
    ledger = ledger_of(w)
    if settings_of(w).gate == 1 and phase_at(w, ledger.phase).min_trade >= 0:
        for n in range(phase_at(w, ledger.phase).caps):
            r = cap_row(w, ledger.phase, n)
            if rule_at(w, r).code == c.MIN_TRADE and worth < rule_at(w, r).amount - 1e-8:
                return r
    return -1


@compiled
def finish(
    w: View,
    s: int,
    quantity: float,
    price: float,
    code: int,
    rule: int,
    wanted: float,
    value: float,
    limit: float,
    unit: float,
    budget_room: float,
    reserve: float,
) -> tuple[float, int, int, float, float, float, float, float, float, float]:
    """Round down to the instrument's steps, refuse what is too small, and put the per-unit figures into money."""
    instrument, allowed = instrument_of(w, s), max(0.0, quantity)
    rounded = steps_down(quantity, instrument.step)
    worth = rounded * price * position(w, s).point_value
    if rounded <= 0.0 or rounded < instrument.min_quantity - 1e-12:
        if code == c.SIZING:
            code, value, limit = c.MIN_QUANTITY, quantity, instrument.min_quantity
        return 0.0, code, rule, wanted, allowed, value, limit, 0.0, 0.0, 0.0
    if worth < instrument.min_notional:
        if code == c.SIZING:
            code, value, limit = c.MIN_NOTIONAL, worth, instrument.min_notional
        return 0.0, code, rule, wanted, allowed, value, limit, 0.0, 0.0, 0.0
    short = too_small(w, worth)
    if short >= 0:
        return 0.0, c.MIN_TRADE, short, wanted, allowed, worth, rule_at(w, short).amount, 0.0, 0.0, 0.0
    if unit == math.inf:
        return rounded, code, rule, wanted, allowed, value, limit, math.inf, math.inf, 0.0
    loss = unit * rounded
    budget = min(settings_of(w).give_back_multiple * loss, max(loss, budget_room)) if budget_room < math.inf else math.inf
    return rounded, code, rule, wanted, allowed, value, limit, loss, budget, reserve * rounded
