"""An account whose fills come from a venue: the same gate, budgets, exits, days and verdicts; what an order brought is told, not reckoned.

The machine wishes (resting orders, stops, targets, exits: `want`), somebody sends, and tells what came of it. An instant T runs in
this order: OVER, what is due at once, CANDLE of each symbol, fills and prices at the open, exits, CONSIDER of each plan, BEGIN.
"""

from __future__ import annotations

import math
from typing import Any

from runner.machine import codes as c
from runner.machine.actions import DONE, FULL, MORE
from runner.machine.closing import judge_held, leave_in_time
from runner.machine.compiled import compiled
from runner.machine.enter import after_entry, consider, fill_quote, quote_done
from runner.machine.fills import enlarge, pay, reduce
from runner.machine.gate import stop_cost
from runner.machine.house import climb, climb_if_due, climb_if_nearer, contribute, set_alert
from runner.machine.legs import TARGETS, TIERS, leg
from runner.machine.money import tick_near
from runner.machine.moves import note_stops
from runner.machine.orders import drop_resting
from runner.machine.payouts import withdraw
from runner.machine.phases import begin_phase, close_day, finish_trades
from runner.machine.resets import roll_clocks
from runner.machine.state import MAX_RESTING, View
from runner.machine.step import begin_instant, defend, has_room, judge_calendar, settle_instant
from runner.machine.stops import profit_limit, reach, refresh, trail
from runner.machine.view import (
    close_time,
    instrument_of,
    ledger_of,
    plan_at,
    position,
    resting_at,
    settings_of,
    told_of,
    wanted_at,
)
from runner.machine.walk import at_close, expire, targets_reached
from runner.machine.watch import watch_windows


@compiled
def follow(w: View) -> int:
    """Take what was told; then write down what every position wants to stand at the venue."""
    if not has_room(w):
        return FULL
    ledger, x = ledger_of(w), told_of(w)
    if x.kind != c.TOLD_OVER:
        ledger.time = max(ledger.time, x.time)
    listen(w, x)
    for s in range(w.symbol_count):
        want(w, s)
    return DONE if ledger.ended == 1 else MORE


@compiled
def listen(w: View, x: Any) -> None:
    """Each kind of news to its own function."""
    s = int(x.symbol)
    if x.kind == c.TOLD_PRICE:
        move(w, s, x.price)
    elif x.kind == c.TOLD_OVER:
        over(w, x.time)
    elif x.kind == c.TOLD_CANDLE:
        close_candle(w, s, x)
    elif x.kind == c.TOLD_CONSIDER:
        if position(w, s).side == 0:
            position(w, s).mark = x.price
        climb_if_due(w)
        consider(w, s, x.plan, x.price)
        finish_trades(w)
    elif x.kind == c.TOLD_FILL:
        take_fill(w, s, x)
    elif x.kind == c.TOLD_GONE:
        lose_order(w, s, x)
    elif x.kind == c.TOLD_FUNDING:
        take_funding(w, s, x.amount)
    elif x.kind == c.TOLD_BEGIN:
        climb_if_due(w)
        judge_held(w, x.time, True)
        judge_calendar(w)
        note_stops(w)
        begin_instant(w, max(ledger_of(w).time, x.time))
    elif x.kind == c.TOLD_PHASE:
        go_on(w, x.time)
    elif x.kind == c.TOLD_CASH:
        take_cash(w, x.amount)
    elif x.kind == c.TOLD_HALT:
        ledger_of(w).halted = 1 if x.amount > 0.0 else 0
    elif x.kind == c.TOLD_EXIT:
        wish_exit(w, s, x)


@compiled
def move(w: View, s: int, price: float) -> None:
    """The market trades at `price`: marks, trails, rungs of the house."""
    reach(w, s, price)
    contribute(w, s)
    if ledger_of(w).ended == 0:
        climb_if_nearer(w)
        contribute(w, s)


@compiled
def over(w: View, time: int) -> None:
    """An instant is over: symbols whose bar ends at it are settled with everything that hangs from resets and closes."""
    ledger, closed = ledger_of(w), 0
    ledger.previous_time = ledger.time
    ledger.time = max(ledger.time, time)
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.high > p.judged_high:
            p.judged_high, p.judged_realised = p.high, p.high_realised
        if p.in_bar == 1 and close_time(w, p.cursor - 1) == time:
            p.in_bar = 0
            closed += 1
    if ledger.ended == 1:
        return
    settle_instant(w, time, closed, ledger.phase_number)
    if ledger.check_defence == 1:
        defend(w)
    if ledger.ended == 0:
        leave_in_time(w, time)
        finish_trades(w)


@compiled
def close_candle(w: View, s: int, x: Any) -> None:
    """A symbol's closed bar stands in the row before its cursor: exits by it, expiries; then its new bar is open."""
    p = position(w, s)
    i = p.cursor - 1
    if p.side != 0 and p.exit_reason < 0:
        at_close(w, s, i, x.price)
    p.in_bar = 1
    if p.resting > 0 or p.quoting == 1:
        expire(w, s, x.time, i)


@compiled
def take_fill(w: View, s: int, x: Any) -> None:
    """Book what the venue filled: of an entry with the budgets it was approved with, of an exit with its reason."""
    if x.role == c.BY_ENTRY or x.role == c.BY_ADD or x.role == c.BY_QUOTE:
        fill_entry(w, s, x)
    elif position(w, s).side != 0:
        fill_exit(w, s, x)
    contribute(w, s)
    if ledger_of(w).closed_in_batch == 1:
        finish_trades(w)
    elif ledger_of(w).ended == 0 and x.role == c.BY_ENTRY:
        climb_if_due(w)
    elif ledger_of(w).ended == 0:
        climb(w)
    contribute(w, s)
    note_stops(w)


@compiled
def slot_of(w: View, s: int, k: int, role: int, step: int) -> int:
    """The slot in which an order rests; -1 when it does not any more."""
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 1 and order.plan == k and order.role == role and order.step == step:
            return n
    return -1


@compiled
def fill_entry(w: View, s: int, x: Any) -> None:
    """Part of an entry, or all of it, has filled."""
    if x.role == c.BY_QUOTE:
        take_quote(w, s, x)
        return
    p, k, n = position(w, s), int(x.plan), slot_of(w, s, int(x.plan), x.role, x.step)
    fresh, now, balance = p.side == 0, True, ledger_of(w).balance
    loss, give_back, reserve = late_budget(w, s, k, x)
    if n >= 0:
        order = resting_at(w, s, n)
        share = min(1.0, x.quantity / order.quantity)
        loss, give_back, reserve = shared(order.loss, share), shared(order.give_back, share), order.reserve * share
        now, balance = order.kind == c.MARKET, order.balance
        order.quantity -= x.quantity
        order.loss, order.give_back, order.reserve = rest(order.loss, share), rest(order.give_back, share), order.reserve * (1.0 - share)
        if x.done == 1 or order.quantity < instrument_of(w, s).step * 0.5:
            drop_resting(w, s, n, c.APPROVED)
    else:
        ledger_of(w).check_defence = 1
    if not fresh and p.side != plan_at(w, k).side:
        p.leaving = p.quantity  # an order that should be gone has filled against the position: everything is closed
        p.leaving_reason = c.BY_DEFENCE
        return
    p.mark = x.price if math.isnan(x.reference) else x.reference
    enlarge(w, s, x.time, k, plan_at(w, k).side, x.quantity, x.price, x.maker == 0, x.role, x.step, loss, give_back, reserve)
    if fresh:
        p.risk_base = balance
    watch_windows(w, s, c.FORBID_OPEN if now else c.FORBID_ACTIVATION)
    if x.role == c.BY_ENTRY and x.done == 1:
        after_entry(w, s, k, p.initial_quantity)
    elif p.trailing == 1 and plan_at(w, k).trail_update == c.NATIVE:
        trail(w, s)
    refresh(w, s)


@compiled
def take_quote(w: View, s: int, x: Any) -> None:
    """Part of a quote has filled, or all of it; one that nobody waits for any more is booked and moves no level."""
    n, step = slot_of(w, s, int(x.plan), c.BY_QUOTE, x.step), int(x.step)
    position(w, s).mark = x.price
    fill_quote(w, s, int(x.plan), step, x.quantity, x.price, x.maker == 0, x.time)
    if n < 0:
        ledger_of(w).check_defence = 1
        return
    order = resting_at(w, s, n)
    order.quantity -= x.quantity
    if x.done == 1 or order.quantity < instrument_of(w, s).step * 0.5:
        drop_resting(w, s, n, c.APPROVED)
        quote_done(w, s, step)


@compiled
def shared(money: float, share: float) -> float:
    """A share of a budget; one that is not limited stays so."""
    return money if money == math.inf else money * share


@compiled
def rest(money: float, share: float) -> float:
    """What is left of a budget."""
    return money if money == math.inf else money * (1.0 - share)


@compiled
def late_budget(w: View, s: int, k: int, x: Any) -> tuple[float, float, float]:
    """(loss, give-back, reserve) of a fill nobody waits for any more: what its stop costs."""
    if settings_of(w).gate == 0 or math.isnan(plan_at(w, k).stop):
        return math.inf, math.inf, 0.0
    loss = max(0.0, stop_cost(w, s, k, x.price, True)) * x.quantity
    return loss, settings_of(w).give_back_multiple * loss, 0.0


@compiled
def fill_exit(w: View, s: int, x: Any) -> None:
    """Part of the position, or all of it, was closed."""
    p = position(w, s)
    reason, step = int(x.role), int(x.step)
    if reason == c.BY_STOP:
        reason = p.effective_reason
        if not math.isinf(p.effective_stop):
            reach(w, s, p.effective_stop)
            x.reference = p.effective_stop
    elif x.maker == 1:
        reach(w, s, x.price)
    contribute(w, s)
    if reason == c.BY_ADVERSE:
        p.adverse_hit = max(p.adverse_hit, step)
    before = p.targets_hit
    if reason == c.BY_TARGET and x.done == 1:
        p.targets_hit = max(p.targets_hit, step)
    p.leaving = max(0.0, p.leaving - x.quantity)
    part = p.closes_hit if reason == c.BY_ADVERSE_CLOSE else step if reason == c.BY_TARGET or reason == c.BY_ADVERSE else 0
    reduce(w, s, x.time, x.quantity, x.price, x.maker == 0, reason, part)
    if reason == c.BY_TARGET and x.done == 1 and p.side != 0:
        targets_reached(w, s, before)
    refresh(w, s)


@compiled
def lose_order(w: View, s: int, x: Any) -> None:
    """An order is no more; what it had filled stays."""
    n = slot_of(w, s, int(x.plan), x.role, x.step)
    if n >= 0:
        drop_resting(w, s, n, x.bits)
        p = position(w, s)
        if x.role == c.BY_ENTRY and p.side != 0 and p.plan == x.plan:
            after_entry(w, s, int(x.plan), p.initial_quantity)
    refresh(w, s)


@compiled
def take_funding(w: View, s: int, amount: float) -> None:
    """Funding came in, or went out."""
    p = position(w, s)
    high, low = p.realised_high, p.realised_low
    p.funding -= pay(w, s, amount)
    p.realised_high, p.realised_low = high, low
    if p.rose == 1:
        set_alert(w)
    contribute(w, s)
    refresh(w, s)


@compiled
def take_cash(w: View, amount: float) -> None:
    """Money was paid in or out: what results and losses are counted from moves with it."""
    withdraw(w, -amount)
    ledger_of(w).batch_balance += amount


@compiled
def go_on(w: View, time: int) -> None:
    """Everything is flat after a verdict: the phase that follows begins with a fresh balance."""
    ledger = ledger_of(w)
    if ledger.ended == 0 or ledger.following < 0:
        return
    close_day(w)
    ledger.ended = 0
    begin_phase(w, ledger.following, time)
    ledger.following = -1
    roll_clocks(w, time, ledger.equity)
    ledger.closed_in_batch = 0
    for s in range(w.symbol_count):
        position(w, s).leaving = 0.0


@compiled
def wish_exit(w: View, s: int, x: Any) -> None:
    """Close so much of a position at the market."""
    p = position(w, s)
    if p.side != 0:
        p.leaving = min(p.quantity, max(p.leaving, x.quantity))
        p.leaving_reason = x.role


@compiled
def want(w: View, s: int) -> None:
    """What the position wants to stand at the venue now."""
    p, y = position(w, s), wanted_at(w, s)
    y.stop = -math.inf
    y.goal = math.inf
    y.exit = c.NO_REASON
    y.targets = 0
    y.tiers = 0
    if p.side == 0:
        return
    y.stop = p.effective_stop
    y.goal = profit_limit(w, s, p.quantity)
    y.exit = p.exit_reason if p.in_bar == 1 else c.NO_REASON
    want_targets(w, s)
    want_tiers(w, s)


@compiled
def want_targets(w: View, s: int) -> None:
    """The targets that are left, nearest first."""
    p, y = position(w, s), wanted_at(w, s)
    plan, left = plan_at(w, p.plan), p.quantity
    for n in range(p.targets_hit, plan.target_count):
        quantity = leg(w, s, TARGETS, n, left)
        if quantity > 0.0:
            y.target_number[y.targets] = n + 1
            y.target_price[y.targets] = tick_near(plan.target_price[n], instrument_of(w, s).tick)
            y.target_quantity[y.targets] = quantity
            y.targets += 1
            left -= quantity


@compiled
def want_tiers(w: View, s: int) -> None:
    """The partial closes at a loss that are left, nearest first."""
    p, y = position(w, s), wanted_at(w, s)
    plan, left = plan_at(w, p.plan), p.quantity
    for n in range(p.adverse_hit, plan.adverse_count):
        quantity = leg(w, s, TIERS, n, left)
        if quantity > 0.0:
            y.tier_number[y.tiers] = n + 1
            y.tier_price[y.tiers] = tick_near(plan.adverse_price[n], instrument_of(w, s).tick)
            y.tier_quantity[y.tiers] = quantity
            y.tiers += 1
            left -= quantity
