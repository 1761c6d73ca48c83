"""Bars in a row in which nothing happens: one symbol, no trigger, no clock and no new peak among them.

Most bars are like that. What they share is worked out once and kept in registers; each bar then costs a few comparisons and,
with a position, its mark. It books exactly what `quiet` would, bar by bar; the first bar that might do more is left to `quiet`.
"""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.equity import begin_row, has_equity_room, join_stretch, put_mark
from runner.machine.floors import anchor_of, floor_from, symbol_limit
from runner.machine.house import note_rungs
from runner.machine.judge import NEAR
from runner.machine.money import snap
from runner.machine.quiet import CLEAR, CLOSE, CLOSER, HIGH, LOW, NEAR_FLOOR, OPEN, floors_clear, note_floors, symbols_clear
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

SLACK, SHARE = 1e-6, 1e-12  # money, and share of the money compared: far more than rounding


@compiled
def coast(w: View, most: int) -> int:
    """Book up to `most` instants; returns how many. 0, with nothing written, when the next one is not of this kind."""
    if w.symbol_count != 1:
        return 0
    ledger, p, place = ledger_of(w), position(w, 0), symbol_of(w, 0)
    first = p.cursor
    if p.in_bar == 0 or p.resting > 0 or p.quoting == 1 or place.converted == 1 or (p.side != 0 and (p.watch == 1 or p.exit_reason >= 0)):
        return 0
    if ledger.check_defence == 1 or ledger.check_pass == 1 or ledger.breach_rule >= 0 or not has_equity_room(w):
        return 0
    until = horizon(w)
    last = min(place.last - 1, first + min(most, w.marks_room - ledger.marks))
    if first >= last or close_time(w, first) >= until:
        return 0
    before = ledger.time
    ahead = drift(w, last, until) if p.side != 0 else idle(w, last, until)
    booked = ahead - first
    ledger.rows += booked
    if booked > 0:
        ledger.previous_time = close_time(w, ahead - 2) if booked > 1 else before
        ledger.time = close_time(w, ahead - 1)
        ledger.batch_balance = ledger.balance
        ledger.closed_in_batch = 0
        p.cursor = ahead
        p.mark = price_at(w, ahead, OPEN)
        for k in range(w.clock_count):
            clock_of(w, k).old_peak = clock_of(w, k).peak_equity
    return booked


@compiled
def horizon(w: View) -> int:
    """The first instant at which something is due: a reset, a deadline, a window, a plan, funding, a time stop."""
    ledger, p, place = ledger_of(w), position(w, 0), symbol_of(w, 0)
    until = min(ledger.deadline, ledger.rearm, ledger.calendar)
    if p.side != 0:
        until = min(until, p.expires)
    if p.next_plan < place.last_plan:
        until = min(until, plan_at(w, p.next_plan).time)
    if p.next_funding < place.last_funding:
        until = min(until, funding_time(w, p.next_funding))
    for k in range(w.clock_count):
        until = min(until, clock_of(w, k).next_time)
    return until


@compiled
def lowest_peak(w: View) -> float:
    """Equity up to which no peak rises."""
    peak = ledger_of(w).equity_high
    for k in range(w.clock_count):
        peak = min(peak, clock_of(w, k).peak_equity)
    return peak


@compiled
def standing(w: View) -> float:
    """Equity above which no floor is near and none is approached closer than before. Puts the floors into the row."""
    ledger, row, level = ledger_of(w), row_of(w), -math.inf
    for n in range(phase_at(w, ledger.phase).floors):
        r = floor_row(w, ledger.phase, n)
        floor = floor_from(w, r, anchor_of(w, r))
        if n < MAX_FLOORS:
            row.floor[n] = floor
        if rule_at(w, r).sampling == c.AT_RESET:
            continue
        clear = floor + max(NEAR, rule_state(w, r).worst_headroom)
        clear += SLACK + SHARE * abs(clear)
        kind = rule_at(w, r).measure
        if kind != c.EQUITY and not ledger.balance > clear:
            clear = math.inf
        if kind != c.BALANCE or clear == math.inf:
            level = max(level, clear)
    return level


@compiled
def symbol_level(w: View) -> float:
    """Equity above which the symbol comes no closer to its daily loss than before."""
    ledger, p, level = ledger_of(w), position(w, 0), -math.inf
    if phase_at(w, ledger.phase).symbol_loss < 0:
        return level
    for n in range(phase_at(w, ledger.phase).caps):
        r = cap_row(w, ledger.phase, n)
        if rule_at(w, r).code == c.SYMBOL_DAILY_LOSS:
            room = max(NEAR, rule_state(w, r).worst_headroom) - symbol_limit(w, r) - p.day_result[rule_at(w, r).clock]
            level = max(level, ledger.balance + room + SLACK)
    return level


@compiled
def idle(w: View, last: int, until: int) -> int:
    """Bars without a position, up to `last`; returns the first that was not booked."""
    ledger, i = ledger_of(w), position(w, 0).cursor
    base, equity = ledger.balance, snap(ledger.balance)
    if base != equity or base > lowest_peak(w) or base <= ledger.alert or base < ledger.closest or base >= ledger.rise:
        return i
    if floors_clear(w, base, base, base, base) != CLEAR:
        return i
    if phase_at(w, ledger.phase).symbol_loss >= 0 and not symbols_clear(w):
        return i
    first = i
    while i < last:
        time = close_time(w, i)
        if time >= until or open_time(w, i + 1) != time:
            break
        i += 1
    if i > first:
        begin_row(w, base, base, base)
        join_stretch(w, True)
        ledger.equity = base
        ledger.day_high = max(ledger.day_high, base)
        ledger.day_low = min(ledger.day_low, base)
    return i


@compiled
def nearer(w: View, time: int, low: float, judged_low: float, high: float, equity: float) -> bool:
    """Write down that floors or rungs are approached closer than before; False, with nothing written, where one may be met."""
    ledger = ledger_of(w)
    if phase_at(w, ledger.phase).symbol_loss >= 0:
        return False
    clear = floors_clear(w, low, judged_low, high, equity)
    if clear == NEAR_FLOOR:
        return False
    ledger.time = time
    note_rungs(w, low)
    if clear == CLOSER:
        note_floors(w, low, judged_low, high)
    return True


@compiled
def drift(w: View, last: int, until: int) -> int:
    """Bars with a position, up to `last`; returns the first that was not booked."""
    ledger, p = ledger_of(w), position(w, 0)
    i, n, side = p.cursor, ledger.marks - p.cursor, p.side
    quantity, point_value, entry, realised = p.quantity, p.point_value, p.entry_price, p.realised
    low_trigger, high_trigger, quiet_best = p.low_trigger, p.high_trigger, p.quiet_best
    give_back, loss_cap, base = p.give_back, p.loss_cap, ledger.balance
    value = side * quantity * point_value
    level, peak, alert = math.inf, -math.inf, math.inf
    rise = min(ledger.rise, p.rise + base - realised)
    first, best, worst, best_price = i, p.best, p.worst, p.best_price
    day_high, day_low, equity = ledger.day_high, ledger.day_low, ledger.equity
    while i < last:
        time = close_time(w, i)
        if time >= until or open_time(w, i + 1) != time:
            break
        high, low, following = price_at(w, i, HIGH), price_at(w, i, LOW), price_at(w, i + 1, OPEN)
        highest, lowest = max(high, following), min(low, following)
        if lowest <= low_trigger or highest >= high_trigger:
            break
        reached = max(side * (high - entry), side * (low - entry), side * (following - entry))
        if not realised + reached * quantity * point_value <= quiet_best:
            break
        if i == first:
            level = max(standing(w), ledger.closest, symbol_level(w))
            peak, alert = lowest_peak(w), ledger.alert
        up, down = value * (high - entry), value * (low - entry)
        gain, loss = max(up, down), min(up, down)
        top, bottom = base + gain, base + loss
        kept = max(max(best, realised + gain) - give_back, -loss_cap) - realised
        judged = base + max(loss, min(kept, gain))
        close = snap(base + value * (price_at(w, i, CLOSE) - entry))
        opening = base + value * (following - entry)
        if not (top <= peak and min(bottom, opening) > alert and max(top, opening) < rise):
            break
        if not min(bottom, judged, close) > level:
            if not nearer(w, time, bottom, judged, top, close):
                break
            level, alert = max(standing(w), ledger.closest), ledger.alert
        if i == first:
            begin_row(w, top, bottom, close)
            join_stretch(w, False)
        put_mark(w, n + i, top, bottom, close)
        equity = close
        day_high, day_low = max(day_high, top), min(day_low, bottom)
        favourable, adverse = (highest, lowest) if side > 0 else (lowest, highest)
        best = max(best, realised + value * (favourable - entry))
        worst = min(worst, realised + value * (adverse - entry))
        if side * (favourable - best_price) > 0.0:
            best_price = favourable
        i += 1
    p.best, p.worst, p.best_price = best, worst, best_price
    ledger.marks = n + i
    ledger.day_high, ledger.day_low, ledger.equity = day_high, day_low, equity
    return i
