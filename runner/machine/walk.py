"""One bar of one symbol: the fixed path open → extreme → other extreme → close, with every fill on the way."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.calendar import keeps_out
from runner.machine.compiled import compiled
from runner.machine.enter import fill_resting
from runner.machine.fills import has_trail, reduce
from runner.machine.house import climb, climb_if_nearer, contribute, equity_now
from runner.machine.legs import TARGETS, TIERS, leg, next_leg, note_close
from runner.machine.money import flat_fee, tick_inside, tick_near
from runner.machine.orders import drop_resting
from runner.machine.phases import finish_trades
from runner.machine.quotes import arm, end_quotes
from runner.machine.state import MAX_RESTING, View
from runner.machine.stops import next_adverse, next_goal, next_target, profit_limit, reach, refresh, tighten, trail, waits_below
from runner.machine.view import (
    clock_of,
    close_time,
    column_at,
    column_start,
    instrument_of,
    ledger_of,
    open_time,
    plan_at,
    position,
    price_at,
    resting_at,
    rule_at,
    settings_of,
    signal_close,
    symbol_of,
)

PROTECTION, TARGET, ADVERSE, ORDER, PROFIT = 0, 1, 2, 3, 4


@compiled
def favourable_first(w: View, s: int, extreme: float) -> tuple[float, float]:
    """(net result, most that stood open) if the market went straight to the position's favourable extreme, targets on the way filled."""
    p = position(w, s)
    plan, instrument = plan_at(w, p.plan), instrument_of(w, s)
    result, left, widest = p.realised, p.quantity, 0.0
    for n in range(p.targets_hit, plan.target_count):
        price = tick_near(plan.target_price[n], instrument.tick)
        if p.side * (extreme - price) < 0.0 or left <= 0.0 or p.side * (price - profit_limit(w, s, left)) > 0.0:
            break
        widest = max(widest, p.side * left * (price - p.entry_price) * p.point_value)
        quantity = leg(w, s, TARGETS, n, left)
        result += p.side * quantity * (price - p.entry_price) * p.point_value - quantity * price * p.point_value * instrument.maker
        result -= quantity * flat_fee(instrument, p.point_value, False)
        left -= quantity
    most = profit_limit(w, s, left)
    end = extreme if p.side * (most - extreme) >= 0.0 else most
    stands = p.side * left * (end - p.entry_price) * p.point_value
    return result + stands, max(widest, stands)


@compiled
def find_trigger(w: View, s: int, at: float, end: float, down: bool) -> tuple[int, int, float]:
    """The first thing that happens on the way `down` or up from `at` to `end`: (kind, resting slot, price); kind -1 for nothing.

    At one price the protective stop comes first, then partial closes, then targets, then resting orders by slot.
    """
    p = position(w, s)
    kind, slot, price = -1, -1, end
    if p.side != 0:
        stop = p.effective_stop
        if p.side * (stop - at) >= 0.0:
            return PROTECTION, -1, at
        against = down == (p.side > 0)
        if against:
            if p.side * (stop - end) >= 0.0:
                kind, price = PROTECTION, stop
            step = next_adverse(w, s)
            if p.side * (step - end) >= 0.0 and (kind < 0 or p.side * (step - price) > 0.0):
                kind, price = ADVERSE, step
                if p.side * (price - at) > 0.0:
                    price = at
        else:
            goal = next_goal(w, s)
            if p.side * (end - goal) >= 0.0:
                kind, price = TARGET if goal == next_target(w, s) else PROFIT, goal
                if p.side * (at - goal) > 0.0:
                    price = at
    if p.resting > 0:
        for n in range(MAX_RESTING):
            order = resting_at(w, s, n)
            if order.active == 1 and waits_below(order.kind, order.side) == down:
                hit = order.price >= end if down else order.price <= end
                nearer = kind < 0 or (order.price > price if down else order.price < price)
                if hit and nearer:
                    kind, slot, price = ORDER, n, min(order.price, at) if down else max(order.price, at)
    return kind, slot, price


@compiled
def travel(w: View, s: int, start: float, end: float, time: int) -> None:
    """Move the market from `start` to `end`, filling what lies between in order."""
    p, at = position(w, s), start
    for _ in range(256):
        kind, slot, price = find_trigger(w, s, at, end, end < start)
        if kind < 0:
            break
        at = price
        reach(w, s, at)
        contribute(w, s)
        happen(w, s, kind, slot, at, time)
        contribute(w, s)
        if ledger_of(w).closed_in_batch == 1:
            finish_trades(w)
        else:
            climb(w)
        contribute(w, s)
    if p.mark != end or at != end:
        reach(w, s, end)
        contribute(w, s)
        climb_if_nearer(w)
        contribute(w, s)


@compiled
def happen(w: View, s: int, kind: int, slot: int, price: float, time: int) -> None:
    """Execute one trigger at `price`."""
    p = position(w, s)
    if kind == PROTECTION:
        reduce(w, s, time, p.quantity, price, True, p.effective_reason, 0)
    elif kind == TARGET:
        hit_target(w, s, price, time)
    elif kind == PROFIT:
        reduce(w, s, time, p.quantity, price, False, c.BY_DEFENCE, 0)
    elif kind == ADVERSE:
        n = next_leg(w, s, TIERS, p.adverse_hit)
        p.adverse_hit = n + 1
        reduce(w, s, time, leg(w, s, TIERS, n, p.quantity), price, True, c.BY_ADVERSE, n + 1)
    else:
        fill_resting(w, s, slot, price, time)
    refresh(w, s)


@compiled
def hit_target(w: View, s: int, price: float, time: int) -> None:
    """A target fills: part of the position closes; break-even and a waiting trail may begin."""
    p = position(w, s)
    before = p.targets_hit
    n = next_leg(w, s, TARGETS, before)
    p.targets_hit = n + 1
    reduce(w, s, time, leg(w, s, TARGETS, n, p.quantity), price, False, c.BY_TARGET, n + 1)
    if p.side != 0:
        targets_reached(w, s, before)


@compiled
def targets_reached(w: View, s: int, before: int) -> None:
    """What the plan does when targets have filled, of which `before` had filled earlier, and some of the position is left."""
    p = position(w, s)
    plan = plan_at(w, p.plan)
    if before < plan.break_even_after <= p.targets_hit:
        level = tick_inside(p.entry_price + p.side * plan.break_even_offset, p.side, instrument_of(w, s).tick)
        if p.side * (p.mark - level) > 0.0:  # a stop beyond the market would close at once
            tighten(w, s, level, c.BY_BREAK_EVEN)
    if plan.trail_start == c.AFTER_TARGET and p.targets_hit >= plan.trail_start_value and has_trail(w, p.plan) and p.trailing == 0:
        p.trailing = 1
        if plan.trail_update == c.NATIVE:
            trail(w, s)


@compiled
def quiet(w: View, s: int, low: float, high: float, close: float) -> bool:
    """Does nothing happen in this bar? Then book its extremes, the adverse one first."""
    p, ledger = position(w, s), ledger_of(w)
    if low <= p.low_trigger or high >= p.high_trigger:
        return False
    if p.side == 0:
        p.mark = close
        return True
    adverse, favourable = (low, high) if p.side > 0 else (high, low)
    value = p.side * p.quantity * p.point_value
    worst, best = value * (adverse - p.entry_price), value * (favourable - p.entry_price)
    if p.realised + best >= p.rise:
        return False
    if ledger.alert > -math.inf or ledger.rise < math.inf:
        rest = equity_now(w) - value * (p.mark - p.entry_price)
        lift = max(0.0, rest + best - clock_of(w, 0).peak_equity)
        if rest + worst <= ledger.alert or rest + value * (close - p.entry_price) <= ledger.alert + lift:
            return False
        if rest + best >= ledger.rise:
            return False
    total = p.realised + best
    if total > p.best or p.side * (favourable - p.best_price) > 0.0:
        reach(w, s, adverse)
        contribute(w, s)
        reach(w, s, favourable)
        contribute(w, s)
        if p.side * (close - p.effective_stop) <= 0.0:
            travel(w, s, favourable, close, open_time(w, p.cursor) + 3)
            return True
    p.worst = min(p.worst, p.realised + worst)
    p.mark = close
    base = p.batch_realised
    if base + best > p.high:
        p.high, p.high_realised = base + best, base
    p.low = min(p.low, base + worst)
    p.low_after = min(p.low_after, base + worst)
    return True


@compiled
def nearest_first(w: View, s: int, price: float) -> bool:
    """Flat with resting orders: is the nearest one below (or equally near)?"""
    best, below = math.inf, True
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 1:
            distance = abs(order.price - price)
            under = waits_below(order.kind, order.side)
            if distance < best or (distance == best and under):
                best, below = distance, under
    return below


@compiled
def first_extreme(w: View, s: int, price: float, close: float) -> bool:
    """Is the low walked first: the adverse extreme of a position, the nearest resting order's; with quotes the shorter way.

    Quotes earn with every turn of the market, so no turn is made up that the bar does not show.
    """
    p = position(w, s)
    if p.quoting == 1:
        return close >= price
    return p.side > 0 if p.side != 0 else nearest_first(w, s, price)


@compiled
def walk(w: View, s: int) -> None:
    """Walk the bar that is complete now."""
    p = position(w, s)
    i = p.cursor
    price, high, low, close = price_at(w, i, 0), price_at(w, i, 1), price_at(w, i, 2), price_at(w, i, 3)
    if settings_of(w).shortcuts == 0 or not quiet(w, s, low, high, close):
        time = open_time(w, i)
        low_first = first_extreme(w, s, price, close)
        number, judged, widest = p.number, -math.inf, 0.0
        if p.side != 0 and settings_of(w).harder == 1:
            p.favourable, widest = favourable_first(w, s, high if p.side > 0 else low)
            judged = p.favourable - p.batch_start
        first, second = (low, high) if low_first else (high, low)
        travel(w, s, price, first, time + 1)
        travel(w, s, first, second, time + 2)
        travel(w, s, second, close, time + 3)
        if (p.side == 0 or p.number != number) and judged > p.judged_high:
            p.judged_high, p.judged_realised = judged, judged - widest
    if p.high > p.judged_high:
        p.judged_high, p.judged_realised = p.high, p.high_realised
    p.mark = close
    if p.side != 0 and p.exit_reason < 0:
        at_close(w, s, i, close)


@compiled
def at_close(w: View, s: int, i: int, close: float) -> None:
    """What a plan asks for at the close: time stop, closes against it, exit column, invalidation, trail by bar."""
    p = position(w, s)
    plan = plan_at(w, p.plan)
    if close_time(w, i) >= p.expires and (plan.time_stop_needs_no_target == 0 or p.targets_hit == 0):
        p.exit_reason = c.BY_TIME_STOP
    if p.watch == 0 or (signal_close(w, i) >> (p.strategy & 7)) & 1 == 0:
        return
    if plan.adverse_close_count > 0:
        note_close(w, s, close)
    if plan.exit_column >= 0:
        wish = column(w, s, plan.exit_column, i)
        if wish == 2.0 or wish == p.side:
            p.exit_reason = c.BY_EXIT_COLUMN
    if not math.isnan(plan.invalidation) and p.side * (close - plan.invalidation) < 0.0:
        p.exit_reason = c.BY_INVALIDATION
    if plan.trail_column >= 0:
        distance = column(w, s, plan.trail_column, i)
        p.trail_distance = p.trail_distance if math.isnan(distance) else distance
    if p.trailing == 1 and (plan.trail_update == c.BAR_CLOSE or plan.trail_column >= 0):
        trail(w, s)
        refresh(w, s)


@compiled
def column(w: View, s: int, number: int, i: int) -> float:
    """A strategy column at execution bar `i`; NaN where no signal bar closes."""
    return column_at(w, column_start(w, number) + i - symbol_of(w, s).first)


@compiled
def expire(w: View, s: int, time: int, i: int) -> None:
    """Withdraw resting entries whose time is over, whose cancel column says so, or which a time of the calendar is too near for."""
    out, _, _ = keeps_out(w, s, False, time)
    news = out >= 0 and rule_at(w, out).code == c.NEWS
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 1 and order.role == c.BY_ADD and news:
            drop_resting(w, s, n, c.CANCELLED)
        if order.active == 0 or order.role != c.BY_ENTRY:
            continue
        number = plan_at(w, order.plan).cancel_column
        wish = column(w, s, number, i) if number >= 0 and i >= symbol_of(w, s).first else math.nan
        if (order.expires > 0 and time >= order.expires) or (not math.isnan(wish) and wish != 0.0):
            drop_resting(w, s, n, c.EXPIRED)
        elif out >= 0:
            drop_resting(w, s, n, c.CANCELLED)
    if position(w, s).quoting == 1:
        keep_quoting(w, s, time, i, out >= 0)
    refresh(w, s)


@compiled
def keep_quoting(w: View, s: int, time: int, i: int, kept_out: bool) -> None:
    """At a bar's open a quote set ends when its time is over, its cancel column or the calendar says so; else missing quotes are placed."""
    p = position(w, s)
    plan = plan_at(w, p.quote_plan)
    wish = column(w, s, plan.cancel_column, i) if plan.cancel_column >= 0 and i >= symbol_of(w, s).first else math.nan
    over = plan.expires_ms > 0 and time >= plan.time + plan.expires_ms
    if over or kept_out or (not math.isnan(wish) and wish != 0.0):
        end_quotes(w, s)
        p.exit_reason = c.BY_QUOTE if p.side != 0 and p.exit_reason < 0 else p.exit_reason
    else:
        arm(w, s)
