"""Fills: the only place where quantity, balance and the trade record change."""

from __future__ import annotations

import math
from typing import Any

from runner.machine import codes as c
from runner.machine.calendar import action_of
from runner.machine.compiled import compiled
from runner.machine.counters import count_opening
from runner.machine.floors import lock_floors
from runner.machine.money import clean, flat_fee, slipped, snap, tick_inside
from runner.machine.orders import cancel_resting
from runner.machine.quotes import end_quotes, is_quotes, range_end
from runner.machine.state import FOREVER, View
from runner.machine.trades import be_active, count_trade
from runner.machine.view import clock_of, decision_at, fill_at, instrument_of, ledger_of, phase_at, plan_at, position, settings_of, told_of
from runner.machine.watch import watch_flat_times, watch_windows


@compiled
def pay(w: View, s: int, amount: float) -> float:
    """Add `amount` to the balance (snapped), to the symbol's day and to what its position realised; returns what was added."""
    ledger, p = ledger_of(w), position(w, s)
    before = ledger.balance
    ledger.balance = snap(before + amount)
    added = ledger.balance - before
    p.realised += added
    p.batch_realised += added
    p.realised_high = max(p.realised_high, p.batch_realised)
    p.realised_low = min(p.realised_low, p.batch_realised)
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
    p.leaving = 0.0
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
def terms(w: View, s: int, price: float, direction: int, quantity: float, taker: bool) -> tuple[float, float]:
    """(price, fee) of a fill that buys (+1) or sells (-1): reckoned from the account's costs, or as the venue told them."""
    p, instrument, settings = position(w, s), instrument_of(w, s), settings_of(w)
    if settings.follows == 1:
        return price, told_of(w).fee
    got = slipped(price, direction, settings.slippage, instrument.tick) if taker else price
    fee = quantity * got * p.point_value * (instrument.taker if taker else instrument.maker)
    return got, fee + quantity * flat_fee(instrument, p.point_value, taker)


@compiled
def away(w: View, got: float, price: float) -> float:
    """How far a fill was from the price that was reckoned with."""
    reference = told_of(w).reference if settings_of(w).follows == 1 else price
    return 0.0 if math.isnan(reference) else abs(got - reference)


@compiled
def traded_at(w: View, price: float) -> float:
    """Where the market stood when a fill was reckoned: no trail hangs from a slipped price that nobody has seen traded."""
    reference = told_of(w).reference if settings_of(w).follows == 1 else price
    return price if math.isnan(reference) else reference


@compiled
def reduce(w: View, s: int, time: int, wanted: float, price: float, taker: bool, reason: int, target: int) -> None:
    """Close `wanted` (or what is left) of the position at `price`, with slippage for takers; the rest stays open."""
    p, instrument = position(w, s), instrument_of(w, s)
    quantity = min(wanted, p.quantity)
    if quantity <= 0.0:
        return
    got, fee = terms(w, s, price, -p.side, quantity, taker)
    profit = p.side * quantity * (got - p.entry_price) * p.point_value
    pay(w, s, profit - fee)
    p.fees += fee
    p.quantity = clean(p.quantity - quantity)
    p.exit_value += got * quantity
    p.exit_quantity += quantity
    share = p.quantity / (p.quantity + quantity)
    p.notional *= share
    p.margin *= share
    slippage = away(w, got, price) * quantity * p.point_value
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
        if reason != c.BY_QUOTE:
            end_quotes(w, s)


@compiled
def start_position(w: View, s: int, time: int, k: int, side: int, price: float) -> None:
    """A flat symbol gets a new position of plan `k`; quantity and money follow in `enlarge`."""
    ledger, p, plan = ledger_of(w), position(w, s), plan_at(w, k)
    ledger.positions += 1
    ledger.open_positions += 1
    p.number = ledger.positions
    p.plan = k
    p.strategy = plan.strategy
    p.opened = time
    p.side = side
    p.expires = time + plan.time_stop_ms if plan.time_stop_ms > 0 else FOREVER
    p.targets_hit = 0
    p.adverse_hit = 0
    p.closes_against = 0
    p.closes_hit = 0
    p.last_close = price
    p.trailing = 1 if plan.trail_start == c.AT_ENTRY and has_trail(w, k) else 0
    p.voided = 0
    p.trail_distance = plan.trail_distance
    p.stop = first_stop(w, s, k, side)
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
def first_stop(w: View, s: int, k: int, side: int) -> float:
    """Where the stop of a position of plan `k` stands at first, on the grid; ∓inf without one."""
    plan = plan_at(w, k)
    if is_quotes(w, k):
        return range_end(w, s, k, side)
    return tick_inside(plan.stop, side, instrument_of(w, s).tick) if not math.isnan(plan.stop) else -math.inf * side


@compiled
def watches(w: View, k: int) -> bool:
    """Does the plan ask for anything at signal bar closes?"""
    plan = plan_at(w, k)
    by_bar = has_trail(w, k) and (plan.trail_update == c.BAR_CLOSE or plan.trail_column >= 0)
    return by_bar or plan.adverse_close_count > 0 or plan.exit_column >= 0 or not math.isnan(plan.invalidation)


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
    side: int,
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
    p = position(w, s)
    got, fee = terms(w, s, price, side, quantity, taker)
    fresh = p.side == 0
    if fresh:
        start_position(w, s, time, k, side, got)
        p.best_price = traded_at(w, price)
    decision_at(w, k).position = p.number
    kept = 0.0 if fresh else guaranteed(p)
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
    record_fill(w, s, time, side, quantity, got, fee, away(w, got, price) * quantity * p.point_value, reason, step, 0.0)
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
        p.stop = tick_inside(plan.stop, p.side, instrument_of(w, s).tick)
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
