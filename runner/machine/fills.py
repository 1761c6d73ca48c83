"""Fills: the only place where quantity, balance and the trade record change."""

from __future__ import annotations

import math
from typing import Any

from runner.machine import codes as c
from runner.machine.calendar import action_of, fill_times, forbidden, window_from
from runner.machine.compiled import compiled
from runner.machine.consistency import note_trade
from runner.machine.counters import count_day, count_opening, note_activity
from runner.machine.floors import lock_floors
from runner.machine.money import clean, flat_fee, slipped, snap, steps_down, tick_near
from runner.machine.state import FOREVER, MAX_RESTING, View
from runner.machine.view import (
    clock_of,
    decision_at,
    fill_at,
    instrument_of,
    ledger_of,
    phase_at,
    plan_at,
    position,
    resting_at,
    rule_at,
    rule_row,
    rule_state,
    settings_of,
    span_at,
    trade_at,
    window_at,
)


@compiled
def pay(w: View, s: int, amount: float) -> float:
    """Add `amount` to the balance (snapped), to the symbol's day and to what its position realised; returns what was added."""
    ledger, p = ledger_of(w), position(w, s)
    before = ledger.balance
    ledger.balance = snap(before + amount)
    added = ledger.balance - before
    p.realised += added
    p.batch_realised += added
    if lift_balance(w):
        p.rose = 1
    for k in range(w.clock_count):
        p.day_result[k] += added
    if phase_at(w, ledger.phase).trade_rungs > 0:
        look_at_trades(w)
    return added


@compiled
def lift_balance(w: View) -> bool:
    """Raise the highest balances to the present one; True when one moved."""
    ledger, moved = ledger_of(w), False
    if ledger.balance > ledger.closed_high:
        ledger.closed_high = ledger.balance
        moved = True
    for k in range(w.clock_count):
        if ledger.balance > clock_of(w, k).peak_balance:
            clock_of(w, k).peak_balance = ledger.balance
            moved = True
    if ledger.balance >= ledger.lock_at:
        lock_floors(w)
        moved = True
    return moved


@compiled
def look_at_trades(w: View) -> None:
    """What one trade's profit is a share of may have moved: rungs on single trades look again."""
    for s in range(w.symbol_count):
        position(w, s).rise = -math.inf


@compiled
def record_fill(
    w: View,
    s: int,
    time: int,
    direction: int,
    quantity: float,
    price: float,
    fee: float,
    slippage: float,
    reason: int,
    target: int,
    profit: float,
) -> None:
    """Append one row to the fill record."""
    ledger, p = ledger_of(w), position(w, s)
    f = fill_at(w, ledger.fills)
    ledger.fills += 1
    f.time = time
    f.symbol = s
    f.side = direction
    f.quantity = quantity
    f.price = price
    f.fee = fee
    f.slippage = slippage
    f.reason = reason
    f.target = target
    f.plan = p.plan
    f.position = p.number
    f.profit = profit
    f.balance = ledger.balance
    f.open_quantity = p.quantity
    f.strategy = p.strategy
    f.phase = ledger.phase


@compiled
def clear_position(p: Any) -> None:
    """Back to flat; counters of the symbol stay."""
    p.side = 0
    p.quantity = 0.0
    p.initial_quantity = 0.0
    p.exit_reason = c.NO_REASON
    p.trailing = 0
    p.realised = 0.0
    p.batch_start = 0.0
    p.loss_cap = math.inf
    p.give_back = math.inf
    p.reserve = 0.0
    p.notional = 0.0
    p.margin = 0.0
    p.expires = FOREVER


@compiled
def guaranteed(p: Any) -> float:
    """The net result the position's budgets keep: it never falls below this without a jump; -inf without budgets."""
    return max(p.best - p.give_back, -p.loss_cap)


@compiled
def count_trade(w: View, s: int, time: int, reason: int) -> None:
    """A position is closed: write the trade, feed streaks, day and phase counters and the risk-per-trade rule."""
    ledger, p = ledger_of(w), position(w, s)
    t = trade_at(w, ledger.trades)
    ledger.trades += 1
    t.position = p.number
    t.plan = p.plan
    t.symbol = s
    t.strategy = p.strategy
    t.phase = ledger.phase
    t.side = p.side
    t.opened = p.opened
    t.closed = time
    t.quantity = p.largest_quantity
    t.entry_price = p.entry_price
    t.exit_price = p.exit_value / p.exit_quantity
    t.profit = snap(p.realised)
    t.fees = p.fees
    t.funding = p.funding
    t.risk = p.risk
    t.best = p.best
    t.worst = min(p.worst, p.realised)
    t.reason = reason
    t.targets = p.targets_hit
    if p.voided == 1:
        ledger.over_cap += max(0.0, t.profit)
    else:
        note_trade(w, t.profit)
    if t.profit < 0.0:
        ledger.losing_streak += 1
    else:
        ledger.losing_streak = 0
        ledger.won = 1
    ledger.day_trades += 1
    ledger.phase_trades += 1
    ledger.closed_in_batch = 1
    ledger.check_pass = 1
    be_active(w, c.ON_CLOSE, time)
    ledger.open_positions -= 1
    count_for_rules(w, s, t.profit)


@compiled
def be_active(w: View, event: int, time: int) -> None:
    """A trade was closed, a position opened or an order sent at `time`."""
    note_quiet_time(w, event, time)
    note_activity(w, event, time)


@compiled
def note_quiet_time(w: View, event: int, time: int) -> None:
    """The longest time without `event` (-1: any), for the inactivity rules' closest approach."""
    ledger = ledger_of(w)
    if phase_at(w, ledger.phase).inactivity < 0:
        return
    for n in range(phase_at(w, ledger.phase).rules):
        r = rule_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code == c.INACTIVITY and (event < 0 or rule.event == event):
            quiet, limit = float(time - ledger.active_at[rule.event]), float(rule.duration_ms)
            note_headroom(w, r, quiet, limit, limit - quiet, time)


@compiled
def count_for_rules(w: View, s: int, profit: float) -> None:
    """Valid trading days and realised risk of a closed trade."""
    ledger, p = ledger_of(w), position(w, s)
    notional = p.largest_quantity * p.entry_price * p.point_value
    for n in range(phase_at(w, ledger.phase).rules):
        r = rule_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code == c.TRADING_DAYS and rule.event == c.ON_CLOSE:
            large = math.isnan(rule.limit) or snap(notional - rule.limit * ledger.initial) >= 0.0
            share = abs(profit) if rule.either_sign == 1 else profit
            earned = math.isnan(rule.limit_2) or snap(share - rule.limit_2 * notional) >= 0.0
            if large and earned:
                count_day(w, r)
        elif rule.code == c.RISK_PER_TRADE:
            limit = risk_limit(w, r, p.risk_base)
            note_headroom(w, r, -profit, limit, limit + profit, ledger.time)
            if snap(-profit - limit) > 0.0:
                remember_breach(w, r, -profit, limit)
        elif r == phase_at(w, ledger.phase).holding:
            count_holding(w, s, r)


@compiled
def risk_limit(w: View, r: int, balance: float) -> float:
    """What one position may lose under rule `r` when its entry was approved at this balance."""
    rule = rule_at(w, r)
    if not math.isnan(rule.amount):
        return rule.amount
    return rule.amount_fraction * (balance if rule.amount_of == c.OF_ANCHOR else ledger_of(w).initial)


@compiled
def count_holding(w: View, s: int, r: int) -> None:
    """Hold a closed trade against the shortest holding time; a close inside a bar is taken to lie at the bar's end.

    Where no trade may be short, the first one breaches; a share of them is looked at when the phase would be passed.
    """
    ledger, rule = ledger_of(w), rule_at(w, r)
    held, shortest = float(ledger.time - position(w, s).opened), float(rule.duration_ms)
    note_headroom(w, r, held, shortest, held - shortest, ledger.time)
    if held >= shortest:
        return
    ledger.short_trades += 1
    if ends_account(rule.severity) and rule.limit == 0.0:
        remember_breach(w, r, held, shortest)
    else:
        rule_state(w, r).count += 1


@compiled
def ends_account(severity: int) -> bool:
    """Does a breach of this severity end the account? What the firm judges by hand is taken to."""
    return severity == c.FAIL or severity == c.MANUAL


@compiled
def remember_breach(w: View, r: int, value: float, limit: float) -> None:
    """A fill broke rule `r`: judged at the end of the instant. One that fails the account is not put aside for one that does not."""
    remember_doubt(w, r, value, limit, 0)


@compiled
def remember_doubt(w: View, r: int, value: float, limit: float, ambiguous: int) -> None:
    """The same where it may be that nothing was broken: a breach in doubt gives way to a certain one."""
    ledger = ledger_of(w)
    certain = ambiguous == 0 and ends_account(rule_at(w, r).severity)
    standing = ledger.breach_rule >= 0 and ends_account(rule_at(w, ledger.breach_rule).severity)
    if standing and not (certain and ledger.breach_ambiguous == 1):
        return
    ledger.breach_rule = r
    ledger.breach_value = value
    ledger.breach_limit = limit
    ledger.breach_ambiguous = ambiguous


@compiled
def broken_by(w: View, r: int, value: float, limit: float, ambiguous: int) -> None:
    """A fill broke rule `r` of the calendar: what fails the account is judged at the end of the instant, the rest is counted."""
    if ends_account(rule_at(w, r).severity):
        remember_doubt(w, r, value, limit, ambiguous)
    else:
        rule_state(w, r).count += 1


@compiled
def watch_windows(w: View, s: int, action: int) -> None:
    """Hold a fill that has just been booked against the windows around releases; one inside a bar may have come at any time of it."""
    phase = ledger_of(w).phase
    if phase_at(w, phase).news < 0 or action == 0:
        return
    for m in range(phase_at(w, phase).rules):
        r = rule_row(w, phase, m)
        if rule_at(w, r).code == c.NEWS and (rule_at(w, r).forbids & action) != 0:
            watch_window(w, r, s, action)


@compiled
def watch_window(w: View, r: int, s: int, action: int) -> None:
    """The closest approach of rule `r`, and what a fill inside a window does."""
    rule = rule_at(w, r)
    first, last = fill_times(w, s)
    n = window_from(w, r, s, first)
    if n > span_at(w, r, 2 * s) or (n < 0 and span_at(w, r, 2 * s + 1) > span_at(w, r, 2 * s)):
        before = window_at(w, (n if n >= 0 else span_at(w, r, 2 * s + 1)) - 1)
        since = float(first - before.at)
        note_headroom(w, r, since, float(rule.grace_ms), since - rule.grace_ms, first)
    if n < 0:
        return
    release = window_at(w, n).at
    early, late = float(release - last), float(first - release)
    value, limit = (late, float(rule.grace_ms)) if late > 0.0 else (max(early, 0.0), float(rule.duration_ms))
    note_headroom(w, r, value, limit, value - limit, first)
    start = window_at(w, n).start
    if start > first and start >= last:
        return
    whole = forbidden(rule.forbids, rule.members, s, action, first, release, rule.duration_ms, rule.grace_ms) and forbidden(
        rule.forbids, rule.members, s, action, last, release, rule.duration_ms, rule.grace_ms
    )
    if rule.severity == c.ADJUST:
        position(w, s).voided = 1
    broken_by(w, r, value, limit, 0 if whole else 1)


@compiled
def watch_flat_times(w: View, s: int, reason: int) -> None:
    """A position that closes inside a bar in which everything had to be closed may have been held too long."""
    phase = ledger_of(w).phase
    first, last = fill_times(w, s)
    if phase_at(w, phase).session_flat < 0 or first == last or action_of(reason) == 0:
        return
    for m in range(phase_at(w, phase).rules):
        r = rule_row(w, phase, m)
        if rule_at(w, r).code == c.SESSION_FLAT:
            n = window_from(w, r, s, first + 1)
            if n >= 0 and window_at(w, n).at < last:
                broken_by(w, r, float(last - window_at(w, n).at), 0.0, 1)


@compiled
def note_headroom(w: View, r: int, value: float, limit: float, headroom: float, time: int) -> None:
    """Remember a rule's closest approach."""
    state = rule_state(w, r)
    if headroom < state.worst_headroom:
        state.worst_headroom = headroom
        state.worst_value = value
        state.worst_limit = limit
        state.worst_at = time


@compiled
def reduce(w: View, s: int, time: int, wanted: float, price: float, taker: bool, reason: int, target: int) -> None:
    """Close `wanted` (or what is left) of the position at `price`, with slippage for takers; the rest stays open."""
    p, instrument, settings = position(w, s), instrument_of(w, s), settings_of(w)
    quantity = min(wanted, p.quantity)
    if quantity <= 0.0:
        return
    got = slipped(price, -p.side, settings.slippage, instrument.tick) if taker else price
    fee = quantity * got * p.point_value * (instrument.taker if taker else instrument.maker)
    fee += quantity * flat_fee(instrument, p.point_value, taker)
    profit = p.side * quantity * (got - p.entry_price) * p.point_value
    pay(w, s, profit - fee)
    p.fees += fee
    p.quantity = clean(p.quantity - quantity)
    p.exit_value += got * quantity
    p.exit_quantity += quantity
    share = p.quantity / (p.quantity + quantity)
    p.notional *= share
    p.margin *= share
    slippage = abs(got - price) * quantity * p.point_value
    record_fill(w, s, time, -p.side, quantity, got, fee, slippage, reason, target, profit)
    watch_windows(w, s, action_of(reason))
    if p.quantity < instrument.step * 0.5:
        p.guarded += max(max(p.best, p.favourable) - p.give_back, -p.loss_cap) - p.batch_start
        p.favourable = -math.inf
        p.best = max(p.best, p.realised)
        watch_flat_times(w, s, reason)
        count_trade(w, s, time, reason)
        clear_position(p)
        cancel_resting(w, s, c.BY_ADD, c.CANCELLED)


@compiled
def cancel_resting(w: View, s: int, role: int, answer: int) -> None:
    """Withdraw the symbol's resting orders of `role` (-1 = all); unfilled entries are answered with `answer`."""
    p = position(w, s)
    if p.resting == 0:
        return
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 1 and (role < 0 or order.role == role):
            drop_resting(w, s, n, answer)


@compiled
def drop_resting(w: View, s: int, n: int, answer: int) -> None:
    """Take one resting order out of the book."""
    order = resting_at(w, s, n)
    order.active = 0
    position(w, s).resting -= 1
    ledger_of(w).resting -= 1
    if order.role == c.BY_ENTRY:
        decision_at(w, order.plan).answer = answer


@compiled
def place_resting(
    w: View,
    s: int,
    role: int,
    kind: int,
    side: int,
    plan: int,
    expires: int,
    price: float,
    quantity: float,
    loss: float,
    give_back: float,
    reserve: float,
) -> bool:
    """Put an order into the symbol's book of up to 64; False when it is full."""
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 0:
            order.active = 1
            order.role = role
            order.kind = kind
            order.side = side
            order.plan = plan
            order.expires = expires
            order.price = price
            order.quantity = quantity
            order.loss = loss
            order.give_back = give_back
            order.reserve = reserve
            order.balance = ledger_of(w).balance
            position(w, s).resting += 1
            ledger_of(w).resting += 1
            return True
    return False


@compiled
def start_position(w: View, s: int, time: int, k: int, price: float) -> None:
    """A flat symbol gets a new position of plan `k`; quantity and money follow in `enlarge`."""
    ledger, p, plan, instrument = ledger_of(w), position(w, s), plan_at(w, k), instrument_of(w, s)
    ledger.positions += 1
    ledger.open_positions += 1
    p.number = ledger.positions
    p.plan = k
    p.strategy = plan.strategy
    p.opened = time
    p.side = plan.side
    p.expires = time + plan.time_stop_ms if plan.time_stop_ms > 0 else FOREVER
    p.targets_hit = 0
    p.adverse_hit = 0
    p.trailing = 1 if plan.trail_start == c.AT_ENTRY and has_trail(w, k) else 0
    p.voided = 0
    p.trail_distance = plan.trail_distance
    p.stop = tick_near(plan.stop, instrument.tick) if not math.isnan(plan.stop) else -math.inf * plan.side
    p.stop_reason = c.BY_STOP
    p.exit_reason = c.NO_REASON
    p.watch = 1 if watches(w, k) else 0
    p.best_price = price
    p.entry_price = price
    p.quantity = 0.0
    p.initial_quantity = 0.0
    p.largest_quantity = 0.0
    p.realised = 0.0
    p.batch_start = 0.0
    p.favourable = -math.inf
    p.best = -math.inf
    p.worst = math.inf
    p.loss_cap = 0.0
    p.give_back = 0.0
    p.reserve = 0.0
    p.risk = 0.0
    p.risk_base = ledger.balance
    p.acted = 0
    p.notional = 0.0
    p.margin = 0.0
    p.fees = 0.0
    p.funding = 0.0
    p.exit_value = 0.0
    p.exit_quantity = 0.0
    be_active(w, c.ON_OPEN, time)
    count_opening(w)


@compiled
def watches(w: View, k: int) -> bool:
    """Does the plan ask for anything at signal bar closes?"""
    plan = plan_at(w, k)
    by_bar = has_trail(w, k) and (plan.trail_update == c.BAR_CLOSE or plan.trail_column >= 0)
    return by_bar or plan.exit_column >= 0 or not math.isnan(plan.invalidation)


@compiled
def has_trail(w: View, k: int) -> bool:
    """Does the plan trail at all?"""
    plan = plan_at(w, k)
    return plan.trail_column >= 0 or plan.tier_count > 0 or not math.isnan(plan.trail_distance)


@compiled
def enlarge(
    w: View,
    s: int,
    time: int,
    k: int,
    quantity: float,
    price: float,
    taker: bool,
    reason: int,
    step: int,
    loss: float,
    give_back: float,
    reserve: float,
) -> None:
    """Fill an entry of plan `k`: open the position or add to it, with its budgets."""
    p, instrument, settings = position(w, s), instrument_of(w, s), settings_of(w)
    side = plan_at(w, k).side
    got = slipped(price, side, settings.slippage, instrument.tick) if taker else price
    fresh = p.side == 0
    if fresh:
        start_position(w, s, time, k, got)
    decision_at(w, k).position = p.number
    kept = 0.0 if fresh else guaranteed(p)
    fee = quantity * got * p.point_value * (instrument.taker if taker else instrument.maker)
    fee += quantity * flat_fee(instrument, p.point_value, taker)
    total = p.quantity + quantity
    p.entry_price = (p.entry_price * p.quantity + got * quantity) / total
    p.quantity = clean(total)
    p.initial_quantity = clean(p.initial_quantity + quantity)
    p.largest_quantity = max(p.largest_quantity, p.quantity)
    value = quantity * got * p.point_value
    p.notional += value
    p.margin += value / leverage_of(w, s, k)
    p.loss_cap = loss - kept
    p.give_back += give_back
    p.reserve += reserve
    p.risk += loss - reserve if loss < math.inf else stop_loss(w, s, quantity, got)
    p.liquidation = liquidation_price(w, s, k)
    pay(w, s, -fee)
    p.fees += fee
    record_fill(w, s, time, side, quantity, got, fee, abs(got - price) * quantity * p.point_value, reason, step, 0.0)
    fill_at(w, ledger_of(w).fills - 1).plan = k
    p.best = p.realised if fresh else max(p.best, p.realised)
    result = p.realised + side * p.quantity * (price - p.entry_price) * p.point_value
    p.worst = result if fresh else min(p.worst, result)
    if not fresh and step == 0:
        keep_tighter_stop(w, s, k)


@compiled
def keep_tighter_stop(w: View, s: int, k: int) -> None:
    """A plan that adds brings its own stop; the position keeps the tighter of the two."""
    p, plan = position(w, s), plan_at(w, k)
    if p.side * (plan.stop - p.stop) > 0.0:
        p.stop = tick_near(plan.stop, instrument_of(w, s).tick)
        p.stop_reason = c.BY_STOP


@compiled
def stop_loss(w: View, s: int, quantity: float, price: float) -> float:
    """Plain distance to the stop in money, for trades that run without budgets; NaN without a stop."""
    p = position(w, s)
    return abs(price - p.stop) * quantity * p.point_value if abs(p.stop) < math.inf else math.nan


@compiled
def leverage_of(w: View, s: int, k: int) -> float:
    """The leverage a plan trades with: the smallest of instrument, account and plan."""
    leverage = min(instrument_of(w, s).leverage, settings_of(w).leverage)
    wanted = plan_at(w, k).max_leverage
    return leverage if math.isnan(wanted) else min(leverage, wanted)


@compiled
def liquidation_price(w: View, s: int, k: int) -> float:
    """Where isolated margin of this leverage is used up but for the maintenance part."""
    p = position(w, s)
    if settings_of(w).isolated == 0:
        return -math.inf * p.side
    return p.entry_price * (1.0 - p.side * (1.0 / leverage_of(w, s, k) - instrument_of(w, s).maintenance))


@compiled
def part(w: View, s: int, fraction: float) -> float:
    """A fraction of the initial quantity in whole steps."""
    return steps_down(position(w, s).initial_quantity * fraction, instrument_of(w, s).step)
