"""The common instant in which nothing happens: bars end and begin between all triggers, and no floor is near.

It books exactly what a full instant would, decided before anything is written; everything else takes the full way.
"""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.breaches import note_headroom
from runner.machine.compiled import compiled
from runner.machine.equity import begin_row, has_equity_room, take_row
from runner.machine.floors import anchor_of, floor_from, lifted_anchor, measured, symbol_limit
from runner.machine.house import note_rungs
from runner.machine.judge import NEAR
from runner.machine.money import snap
from runner.machine.state import View
from runner.machine.view import (
    cap_row,
    clock_of,
    close_time,
    floor_row,
    funding_time,
    ledger_of,
    open_time,
    phase_at,
    plan_at,
    position,
    price_at,
    row_of,
    rule_at,
    rule_state,
    symbol_of,
)
from runner.model.records import MAX_FLOORS

OPEN, HIGH, LOW, CLOSE = 0, 1, 2, 3
CLEAR, CLOSER, NEAR_FLOOR = 0, 1, 2


@compiled
def calm(w: View, s: int, time: int) -> bool:
    """May this symbol's bar end and the next one begin without anything to do?"""
    p, place = position(w, s), symbol_of(w, s)
    i = p.cursor
    if p.in_bar == 0 or i + 1 >= place.last or close_time(w, i) != time or open_time(w, i + 1) != time or place.converted == 1:
        return False
    if p.next_plan < place.last_plan and plan_at(w, p.next_plan).time <= time:
        return False
    if p.next_funding < place.last_funding and funding_time(w, p.next_funding) <= time:
        return False
    if p.side == 0:
        return bool(p.resting == 0 and p.quoting == 0)
    low, high, following = price_at(w, i, LOW), price_at(w, i, HIGH), price_at(w, i + 1, OPEN)
    if p.resting > 0 or p.quoting == 1 or p.watch == 1 or p.exit_reason >= 0 or time >= p.expires:
        return False
    if min(low, following) <= p.low_trigger or max(high, following) >= p.high_trigger:
        return False
    best = max(p.side * (high - p.entry_price), p.side * (low - p.entry_price), p.side * (following - p.entry_price))
    return bool(p.realised + best * p.quantity * p.point_value <= p.quiet_best)


@compiled
def floors_clear(w: View, low: float, judged_low: float, high: float, equity: float) -> int:
    """CLEAR when every floor is out of reach by more than rounding, CLOSER when that is also a closest approach, NEAR_FLOOR else.

    Puts the floors into the present row of the equity record; they count only once the row is taken.
    """
    ledger, row, answer = ledger_of(w), row_of(w), CLEAR
    for n in range(phase_at(w, ledger.phase).floors):
        r = floor_row(w, ledger.phase, n)
        anchor = anchor_of(w, r)
        before = floor_from(w, r, anchor)
        now = floor_from(w, r, lifted_anchor(w, r, anchor, high))
        if n < MAX_FLOORS:
            row.floor[n] = now
        if rule_at(w, r).sampling == c.AT_RESET:
            continue
        headroom = min(measured(w, r, low) - before, measured(w, r, judged_low) - now)
        if not min(headroom, measured(w, r, equity) - now) > NEAR:
            return NEAR_FLOOR
        if headroom < rule_state(w, r).worst_headroom:
            answer = CLOSER
    return answer


@compiled
def symbols_clear(w: View) -> bool:
    """Does no symbol come closer to its daily loss than any has before?"""
    for n in range(phase_at(w, ledger_of(w).phase).caps):
        r = cap_row(w, ledger_of(w).phase, n)
        rule = rule_at(w, r)
        if rule.code != c.SYMBOL_DAILY_LOSS:
            continue
        limit, closest = symbol_limit(w, r), rule_state(w, r).worst_headroom
        for s in range(w.symbol_count):
            p = position(w, s)
            adverse = price_at(w, p.cursor, LOW if p.side > 0 else HIGH)
            low = p.side * p.quantity * p.point_value * (adverse - p.entry_price) if p.side != 0 else 0.0
            room = limit + snap(p.day_result[rule.clock] + low)
            if room < closest or not room > NEAR:
                return False
    return True


@compiled
def note_floors(w: View, low: float, judged_low: float, high: float) -> None:
    """Write down closest approaches; peaks are lifted afterwards."""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).floors):
        r = floor_row(w, ledger.phase, n)
        if rule_at(w, r).sampling == c.AT_RESET:
            continue
        anchor = anchor_of(w, r)
        before, now = floor_from(w, r, anchor), floor_from(w, r, lifted_anchor(w, r, anchor, high))
        path, hard = measured(w, r, low), measured(w, r, judged_low)
        if path - before <= hard - now:
            note_headroom(w, r, path, before, path - before, ledger.time)
        else:
            note_headroom(w, r, hard, now, hard - now, ledger.time)


@compiled
def raise_peaks(w: View, high: float) -> None:
    """Lift the live peaks; the alert rises by at most as much."""
    ledger, lift = ledger_of(w), 0.0
    for k in range(w.clock_count):
        clock = clock_of(w, k)
        clock.old_peak = clock.peak_equity
        if high > clock.peak_equity:
            lift = max(lift, high - clock.peak_equity)
            clock.peak_equity = snap(high)
    if high > ledger.equity_high:
        lift = max(lift, high - ledger.equity_high)
        ledger.equity_high = snap(high)
    ledger.alert += lift
    ledger.closest += lift


@compiled
def lowest_peak(w: View) -> float:
    """The lowest of the clocks' peaks: no anchor rises further than equity rises above it."""
    peak = clock_of(w, 0).peak_equity
    for k in range(1, w.clock_count):
        peak = min(peak, clock_of(w, k).peak_equity)
    return peak


@compiled
def book_bar(w: View, s: int) -> None:
    """Best, worst and mark of an open position after a calm bar; the next bar becomes the one being walked."""
    p = position(w, s)
    i = p.cursor
    following = price_at(w, i + 1, OPEN)
    p.cursor = i + 1
    p.mark = following
    if p.side == 0:
        return
    low, high = min(price_at(w, i, LOW), following), max(price_at(w, i, HIGH), following)
    favourable, adverse = (high, low) if p.side > 0 else (low, high)
    value = p.side * p.quantity * p.point_value
    p.best = max(p.best, p.realised + value * (favourable - p.entry_price))
    p.worst = min(p.worst, p.realised + value * (adverse - p.entry_price))
    if p.side * (favourable - p.best_price) > 0.0:
        p.best_price = favourable


@compiled
def quiet_instant(w: View, time: int) -> bool:
    """Book one instant if it is quiet for every symbol; False, with nothing written, if it is not."""
    ledger = ledger_of(w)
    if (
        not has_equity_room(w)
        or time >= ledger.deadline
        or time >= ledger.rearm
        or time >= ledger.calendar
        or ledger.check_defence == 1
        or ledger.check_pass == 1
        or ledger.breach_rule >= 0
    ):
        return False
    for k in range(w.clock_count):
        if clock_of(w, k).next_time <= time:
            return False
    base = ledger.balance
    high, low, judged_low, close, lowest, highest = base, base, base, base, base, base
    for s in range(w.symbol_count):
        if not calm(w, s, time):
            return False
        p = position(w, s)
        if p.side == 0:
            continue
        i = p.cursor
        value = p.side * p.quantity * p.point_value
        up, down = value * (price_at(w, i, HIGH) - p.entry_price), value * (price_at(w, i, LOW) - p.entry_price)
        best, worst = max(up, down), min(up, down)
        high += best
        low += worst
        kept = max(max(p.best, p.realised + best) - p.give_back, -p.loss_cap) - p.realised
        judged_low += max(worst, min(kept, best))
        close += value * (price_at(w, i, CLOSE) - p.entry_price)
        following = value * (price_at(w, i + 1, OPEN) - p.entry_price)
        lowest += min(worst, following)
        highest += max(best, following)
        if p.realised + max(best, following) >= p.rise:
            return False
    if highest >= ledger.rise:
        return False
    if ledger.alert > -math.inf:
        lift = max(0.0, high - lowest_peak(w))
        if lowest <= ledger.alert + lift:
            return False
    if phase_at(w, ledger.phase).symbol_loss >= 0 and not symbols_clear(w):
        return False
    equity = snap(close)
    clear = floors_clear(w, low, judged_low, high, equity)
    if clear == NEAR_FLOOR:
        return False
    ledger.previous_time = ledger.time
    ledger.time = time
    ledger.batch_balance = base
    ledger.closed_in_batch = 0
    ledger.equity = equity
    ledger.day_high = max(ledger.day_high, high)
    ledger.day_low = min(ledger.day_low, low)
    note_rungs(w, low)
    if clear == CLOSER:
        note_floors(w, low, judged_low, high)
    begin_row(w, high, low, equity)
    take_row(w)
    raise_peaks(w, high)
    for s in range(w.symbol_count):
        book_bar(w, s)
    return True
