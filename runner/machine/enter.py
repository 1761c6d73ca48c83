"""From plan to position: what is open already, the gate, then a fill at the open or a resting order."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.breaches import note_headroom, remember_breach
from runner.machine.calendar import keeps_out
from runner.machine.caps import note_entry, watch_entry, watch_more_caps, watch_orders
from runner.machine.compiled import compiled
from runner.machine.fills import enlarge, guaranteed, reduce
from runner.machine.gate import bucket_value, gate, totals
from runner.machine.house import climb_if_due
from runner.machine.legs import merged_legs
from runner.machine.money import steps_down, tick_near
from runner.machine.orders import cancel_resting, drop_resting, place_resting
from runner.machine.phases import finish_trades
from runner.machine.quotes import arm, begin_quotes, end_quotes, is_quotes, level_of, nearest_crossed, side_of
from runner.machine.state import MAX_RESTING, View
from runner.machine.stops import net_at_stop, refresh, trail
from runner.machine.trades import be_active
from runner.machine.view import (
    cap_row,
    clock_of,
    decision_at,
    instrument_of,
    ledger_of,
    phase_at,
    plan_at,
    position,
    resting_at,
    rule_at,
    rule_state,
    settings_of,
)
from runner.machine.watch import watch_windows

GO, STAND_BACK, WAIT = 0, 1, 2


@compiled
def answer(w: View, k: int, verdict: int, code: int, rule: int, value: float, limit: float) -> None:
    """Write what became of plan `k`."""
    d = decision_at(w, k)
    d.time = ledger_of(w).time
    d.answer = verdict
    d.code = code
    d.rule = rule
    d.value = value
    d.limit = limit
    d.allowed = math.nan if rule < 0 else 0.0
    if verdict == c.REFUSED and rule >= 0:
        rule_state(w, rule).count += 1


@compiled
def barred(w: View) -> int:
    """Why no plan is taken at all just now; NONE when plans are."""
    ledger = ledger_of(w)
    if ledger.ended == 1:
        return c.PHASE_OVER
    if ledger.paused_until > ledger.time:
        return c.PAUSED  # the firm takes no orders, with our gate or without
    return c.HALTED if ledger.halted == 1 and settings_of(w).gate == 1 else c.NONE


@compiled
def make_way(w: View, s: int, k: int, price: float) -> int:
    """Deal with what the symbol already has, as the plan's `when_open` says: GO, STAND_BACK, or WAIT until a venue has closed it."""
    p, plan = position(w, s), plan_at(w, k)
    wish = plan.when_open
    if p.quoting == 1 and (wish != c.REPLACE or plan_at(w, p.quote_plan).strategy != plan.strategy):
        return STAND_BACK
    if p.side != 0:
        other = p.strategy != plan.strategy
        if wish == c.IGNORE or other or (wish == c.ADD and p.side != plan.side) or (wish == c.REVERSE and p.side == plan.side):
            return STAND_BACK
        if wish == c.REVERSE or wish == c.REPLACE:
            reason = c.BY_REVERSE if wish == c.REVERSE else c.BY_REPLACE
            if settings_of(w).follows == 1:
                p.exit_reason = reason if p.exit_reason < 0 else p.exit_reason
                return WAIT
            reduce(w, s, ledger_of(w).time, p.quantity, price, True, reason, 0)
            finish_trades(w)
    elif p.resting > 0 and (wish == c.IGNORE or waits_for_another(w, s, plan.strategy)):
        return STAND_BACK
    if p.resting > 0 and wish != c.ADD:
        cancel_resting(w, s, c.BY_ENTRY, c.CANCELLED)
        end_quotes(w, s)
    refresh(w, s)
    return GO


@compiled
def waits_for_another(w: View, s: int, strategy: int) -> bool:
    """Does an entry of another strategy rest on this symbol?"""
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 1 and order.role == c.BY_ENTRY and plan_at(w, order.plan).strategy != strategy:
            return True
    return False


@compiled
def lock_in(w: View) -> None:
    """Before the gate counts on them, raise each position's guaranteed result to what its stop already secures."""
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.side != 0 and p.quoting == 0 and p.loss_cap < math.inf and abs(p.effective_stop) < math.inf:
            secured = p.realised + net_at_stop(w, s, p.effective_stop) - p.reserve - one_tick(w, s)
            p.loss_cap = min(p.loss_cap, -secured)


@compiled
def one_tick(w: View, s: int) -> float:
    """Two ticks of the open quantity in money: rounding of stop and slipped price."""
    p = position(w, s)
    return 2.0 * instrument_of(w, s).tick * p.quantity * p.point_value


@compiled
def entry_price(w: View, s: int, k: int, price: float) -> tuple[float, bool, bool]:
    """(price the entry is reckoned at, fills now, pays the taker fee) for a market at `price`."""
    plan = plan_at(w, k)
    if is_quotes(w, k):
        return plan.entry_price, False, False
    if plan.entry_kind == c.MARKET:
        return price, True, True
    wanted = tick_near(plan.entry_price, instrument_of(w, s).tick)
    if plan.entry_kind == c.LIMIT:
        crossing = plan.side * (wanted - price) >= 0.0
        return (price, True, True) if crossing else (wanted, False, False)
    crossing = plan.side * (price - wanted) >= 0.0
    return (price, True, True) if crossing else (wanted, False, True)


@compiled
def consider(w: View, s: int, k: int, price: float) -> None:
    """Plan `k` meets the market at `price`."""
    ledger, plan = ledger_of(w), plan_at(w, k)
    code = barred(w)
    if code != c.NONE:
        answer(w, k, c.REFUSED, code, -1, math.nan, math.nan)
        return
    at, now, taker = entry_price(w, s, k, price)
    out, left, limit_ms = keeps_out(w, s, now, ledger.time)
    if out >= 0:
        answer(w, k, c.REFUSED, rule_at(w, out).code, out, float(left), float(limit_ms))
        return
    if not math.isnan(plan.stop) and plan.side * (price - plan.stop) <= 0.0:
        answer(w, k, c.REFUSED, c.MARKET_BEYOND_STOP, -1, price, plan.stop)
        return
    if plan.entry_kind != c.MARKET and plan.expires_ms > 0 and ledger.time >= plan.time + plan.expires_ms:
        answer(w, k, c.EXPIRED, c.NONE, -1, math.nan, math.nan)
        return
    if is_quotes(w, k) and abs(price - plan.entry_price) >= plan.quote_spacing:
        answer(w, k, c.CANCELLED, c.NONE, -1, math.nan, math.nan)  # the market has left the centre: an order would fill at once
        return
    if (now and plan.post_only == 1 and plan.entry_kind == c.LIMIT) or (not now and plan.time_in_force != c.GTC):
        answer(w, k, c.CANCELLED, c.NONE, -1, math.nan, math.nan)
        return
    way = make_way(w, s, k, price)
    if way == WAIT:
        return
    if way == STAND_BACK:
        answer(w, k, c.REFUSED, c.POSITION_OPEN, -1, position(w, s).quantity, 0.0)
        return
    lock_in(w)
    quantity, code, rule, wanted, allowed, value, limit, loss, give_back, reserve = gate(w, s, k, at, taker)
    answer(w, k, c.APPROVED if quantity > 0.0 else c.REFUSED, code, rule, value, limit)
    decision_at(w, k).wanted = wanted
    decision_at(w, k).quantity = quantity
    decision_at(w, k).allowed = allowed
    decision_at(w, k).merged = merged_legs(w, s, k, quantity) if quantity > 0.0 else 0
    if quantity > 0.0:
        send(w, s, k, quantity, at, now, taker, loss, give_back, reserve)


@compiled
def send(
    w: View, s: int, k: int, quantity: float, price: float, now: bool, taker: bool, loss: float, give_back: float, reserve: float
) -> None:
    """An approved plan becomes a fill or a resting order."""
    ledger, plan = ledger_of(w), plan_at(w, k)
    for n in range(w.clock_count):
        clock_of(w, n).orders += 0 if is_quotes(w, k) else 1  # a set counts each order that it places
    be_active(w, c.ON_ORDER, ledger.time)
    if is_quotes(w, k):
        begin_quotes(w, s, k, quantity, loss, give_back, reserve)
        watch_orders(w)
        refresh(w, s)
    elif settings_of(w).follows == 1:
        wish_for(w, s, k, quantity, price, now, loss, give_back, reserve)
    elif now:
        enlarge(w, s, ledger.time, k, plan.side, quantity, price, taker, c.BY_ENTRY, 0, loss, give_back, reserve)
        watch_windows(w, s, c.FORBID_OPEN)
        after_entry(w, s, k, quantity)
        climb_if_due(w)
    else:
        expires = plan.time + plan.expires_ms if plan.expires_ms > 0 else 0
        if not place_resting(w, s, c.BY_ENTRY, plan.entry_kind, plan.side, 0, k, expires, price, quantity, loss, give_back, reserve):
            answer(w, k, c.REFUSED, c.TOO_MANY_ORDERS, -1, float(MAX_RESTING), float(MAX_RESTING))
        watch_orders(w)
        refresh(w, s)


@compiled
def wish_for(w: View, s: int, k: int, quantity: float, price: float, now: bool, loss: float, give_back: float, reserve: float) -> None:
    """Where fills come from a venue an approved plan rests, budgets and all, until the venue says what became of it."""
    plan = plan_at(w, k)
    kind = c.MARKET if now and plan.entry_kind != c.LIMIT else plan.entry_kind
    expires = plan.time + plan.expires_ms if plan.expires_ms > 0 else 0
    if not place_resting(w, s, c.BY_ENTRY, kind, plan.side, 0, k, expires, price, quantity, loss, give_back, reserve):
        answer(w, k, c.REFUSED, c.TOO_MANY_ORDERS, -1, float(MAX_RESTING), float(MAX_RESTING))
    if not now:
        watch_orders(w)
    refresh(w, s)


@compiled
def after_entry(w: View, s: int, k: int, quantity: float) -> None:
    """Place the plan's add steps, let a trail that runs from the entry stand at its distance, and look at the caps."""
    plan, instrument = plan_at(w, k), instrument_of(w, s)
    for n in range(plan.add_count):
        size = steps_down(quantity * plan.add_fraction[n], instrument.step)
        price = tick_near(plan.add_price[n], instrument.tick)
        if size > 0.0:
            kind = c.LIMIT if plan.side * (position(w, s).entry_price - price) > 0.0 else c.STOP_ENTRY
            place_resting(w, s, c.BY_ADD, kind, plan.side, n + 1, k, 0, price, size, 0.0, 0.0, 0.0)
    if position(w, s).trailing == 1 and plan.trail_update == c.NATIVE:
        trail(w, s)
    watch_caps(w, s, plan.side)
    note_entry(w, s)
    refresh(w, s)


@compiled
def watch_caps(w: View, s: int, side: int) -> None:
    """After an entry of symbol `s`: closest approaches of the caps, and their breach when the gate is off."""
    ledger = ledger_of(w)
    notional, margin, opened, waiting, _ = totals(w)
    for n in range(phase_at(w, ledger.phase).caps):
        r = cap_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        value, limit = -math.inf, math.inf
        if rule.code == c.NOTIONAL_CAP:
            value, limit = notional, rule.limit * ledger.initial
        elif rule.code == c.MARGIN_CAP:
            value, limit = margin, rule.limit * ledger.initial
        elif rule.code == c.BUCKET_NOTIONAL:
            value, limit = bucket_value(w, r, -1), rule.limit * ledger.initial
        elif rule.code == c.OPEN_POSITIONS:
            value, limit = float(opened), float(rule.count)
        elif rule.code == c.ORDERS_PER_DAY:
            value, limit = float(clock_of(w, rule.clock).orders), float(rule.count)
        else:
            value, limit = watch_more_caps(w, s, r)
            watch_entry(w, s, r, side)
        if value > -math.inf:
            note_headroom(w, r, value, limit, limit - value, ledger.time)
            if value > limit * (1.0 + 1e-6) + 1e-8:
                remember_breach(w, r, value, limit)


@compiled
def fill_resting(w: View, s: int, n: int, price: float, time: int) -> None:
    """A resting order fills at `price`; stop entries pay slippage and the taker fee."""
    order = resting_at(w, s, n)
    k, role, quantity, kind = order.plan, order.role, order.quantity, order.kind
    loss, give_back, reserve, balance = order.loss, order.give_back, order.reserve, order.balance
    p, plan = position(w, s), plan_at(w, k)
    drop_resting(w, s, n, c.APPROVED)
    if role == c.BY_QUOTE:
        fill_quote(w, s, k, order.step, quantity, price, False, time)
        quote_done(w, s, order.step)
        return
    if role == c.BY_ADD and p.side == 0:
        return
    if role == c.BY_ENTRY and p.side != 0 and p.side != plan.side:
        decision_at(w, k).answer = c.CANCELLED
        return
    fresh = p.side == 0
    enlarge(w, s, time, k, plan.side, quantity, price, kind == c.STOP_ENTRY, role, 1 if role == c.BY_ADD else 0, loss, give_back, reserve)
    if fresh:
        p.risk_base = balance
    watch_windows(w, s, c.FORBID_ACTIVATION)
    if role == c.BY_ENTRY:
        after_entry(w, s, k, quantity)


@compiled
def fill_quote(w: View, s: int, k: int, step: int, quantity: float, price: float, taker: bool, time: int) -> None:
    """So much of a quote has filled: it closes what stands on the other side, and opens or enlarges with the rest."""
    p, side = position(w, s), side_of(step)
    if p.side == -side:
        part = min(quantity, p.quantity)
        reduce(w, s, time, part, price, taker, c.BY_QUOTE, step)
        quantity -= part
    if quantity > instrument_of(w, s).step * 0.5:
        fresh = p.side == 0
        loss, give_back = (p.quote_loss, p.quote_give_back) if fresh else (0.0, 0.0)
        enlarge(w, s, time, k, side, quantity, price, taker, c.BY_QUOTE, step, loss, give_back, p.quote_reserve if fresh else 0.0)
        watch_windows(w, s, c.FORBID_ACTIVATION)
        watch_caps(w, s, side)
        note_entry(w, s)
    refresh(w, s)


@compiled
def quote_done(w: View, s: int, step: int) -> None:
    """Nothing of a quote is left to fill: the market stands at its level, and the level it came from is armed anew."""
    p = position(w, s)
    if p.quoting == 0:
        return
    level = level_of(w, p.quote_plan, step)
    p.quote_at = min(p.quote_at, level) if side_of(step) > 0 else max(p.quote_at, level)
    arm(w, s)
    refresh(w, s)


@compiled
def gap_quotes(w: View, s: int, price: float, time: int) -> None:
    """Quotes at a bar's open: the set is over beyond its range; else those the market has passed fill, the nearest first."""
    p = position(w, s)
    if p.quoting == 0:
        return
    plan = plan_at(w, p.quote_plan)
    if price <= plan.range_low or price >= plan.range_high:
        end_quotes(w, s)
        if p.side != 0:
            reduce(w, s, time, p.quantity, price, True, c.BY_QUOTE, 0)
        refresh(w, s)
        return
    for _ in range(2 * MAX_RESTING):
        n = nearest_crossed(w, s, price)
        if n < 0:
            break
        fill_resting(w, s, n, price, time)


@compiled
def gap_fills(w: View, s: int, price: float, time: int) -> None:
    """Fills at a bar's open: a market exit that was due, of all or of part, then a stop that the market has jumped over."""
    p = position(w, s)
    if p.side != 0 and p.exit_reason >= 0:
        reduce(w, s, time, p.quantity, price, True, p.exit_reason, 0)
        refresh(w, s)
    if p.side != 0 and p.leaving > 0.0:
        reduce(w, s, time, p.leaving, price, True, p.leaving_reason, p.closes_hit)
        p.leaving = 0.0
        refresh(w, s)
    if p.side != 0 and p.side * (p.effective_stop - price) >= 0.0:
        p.mark = price
        if guaranteed(p) > -math.inf:
            ledger_of(w).check_defence = 1
        reduce(w, s, time, p.quantity, price, True, p.effective_reason, 0)
        refresh(w, s)


@compiled
def gap_resting(w: View, s: int, price: float, time: int) -> None:
    """Resting orders at a bar's open: withdrawn beyond the plan's stop, filled where the market has reached them."""
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 0 or order.role == c.BY_QUOTE:
            continue
        plan = plan_at(w, order.plan)
        if order.role == c.BY_ENTRY and not math.isnan(plan.stop) and plan.side * (price - plan.stop) <= 0.0:
            drop_resting(w, s, n, c.CANCELLED)
            continue
        below = (order.kind == c.LIMIT) == (order.side > 0)
        if (below and price <= order.price) or (not below and price >= order.price):
            fill_resting(w, s, n, price, time)
    gap_quotes(w, s, price, time)
    refresh(w, s)
