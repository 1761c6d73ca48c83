"""Our own ladder: conditions on losses, streaks and profits, and what is then done at this price."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.fills import reduce
from runner.machine.floors import allowance, anchor_of, floor_from
from runner.machine.legs import least_order
from runner.machine.money import snap, steps_down, tick_inside
from runner.machine.orders import cancel_resting
from runner.machine.state import FOREVER, View
from runner.machine.stops import open_result, reach, refresh, tighten
from runner.machine.view import (
    clock_of,
    event_at,
    floor_row,
    instrument_of,
    ledger_of,
    phase_at,
    position,
    rule_at,
    rule_state,
    rung_row,
    settings_of,
)
from runner.machine.winnings import day_share, has_acted, note_share, risen, set_rise, trade_share


@compiled
def equity_now(w: View) -> float:
    """Balance plus every open result at its mark, or as it was seen."""
    equity = ledger_of(w).balance + ledger_of(w).seen_open
    for s in range(w.symbol_count):
        if position(w, s).side != 0:
            equity += open_result(w, s, position(w, s).mark)
    return equity


@compiled
def contribute(w: View, s: int) -> None:
    """Stretch the symbol's range of contributions to equity by its present one."""
    p = position(w, s)
    value = p.batch_realised + (open_result(w, s, p.mark) if p.side != 0 else 0.0)
    if value > p.high:
        p.high = value
        p.high_realised = p.batch_realised
    p.low = min(p.low, value)
    p.low_after = value if p.rose == 1 else min(p.low_after, value)
    p.rose = 0


@compiled
def floor_used(w: View, equity: float) -> float:
    """The largest share of a firm floor's allowance that is used up: 0 at the anchor, 1 at the floor."""
    worst, phase = 0.0, ledger_of(w).phase
    for n in range(phase_at(w, phase).floors):
        r = floor_row(w, phase, n)
        if rule_at(w, r).firm == 1:
            anchor = anchor_of(w, r)
            amount = allowance(w, r, anchor)
            worst = max(worst, 1.0 - (equity - floor_from(w, r, anchor)) / amount)
    return worst


@compiled
def on_profit(measure: int) -> bool:
    """Does a rung watch profit? Its condition is met from below."""
    return measure == c.DAY_BEFORE_PROFIT or measure == c.PROFIT_SHARE or measure == c.TRADE_SHARE


@compiled
def house_value(w: View, r: int, equity: float) -> float:
    """What a rung watches, in its own unit; single trades and the day before are looked at where they change."""
    rule, ledger = rule_at(w, r), ledger_of(w)
    if rule.measure == c.DAY_LOSS:
        return (anchor_of(w, r) - equity) / ledger.initial
    if rule.measure == c.DRAWDOWN:
        return (ledger.equity_high - equity) / ledger.initial
    if rule.measure == c.FLOOR_USED:
        return floor_used(w, equity)
    if rule.measure == c.PROFIT_SHARE:
        return day_share(w, r, equity)
    return float(ledger.losing_streak)


@compiled
def level_of(w: View, r: int, share: float) -> float:
    """The equity at which what rung `r` watches is `share`; only money moves with equity, a streak does not."""
    rule, ledger = rule_at(w, r), ledger_of(w)
    if rule.measure == c.DAY_LOSS:
        return anchor_of(w, r) - share * ledger.initial
    if rule.measure == c.DRAWDOWN:
        return ledger.equity_high - share * ledger.initial
    level = -math.inf
    if rule.measure == c.FLOOR_USED:
        for n in range(phase_at(w, ledger.phase).floors):
            f = floor_row(w, ledger.phase, n)
            if rule_at(w, f).firm == 1:
                anchor = anchor_of(w, f)
                level = max(level, floor_from(w, f, anchor) + (1.0 - share) * allowance(w, f, anchor))
    return level


@compiled
def set_alert(w: View) -> None:
    """Work out the equity at which the next rung fires or comes closest, so that quiet bars need one comparison each way."""
    ledger = ledger_of(w)
    ledger.alert = -math.inf
    ledger.closest = -math.inf
    ledger.rearm = FOREVER
    set_rise(w)
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        state, limit = rule_state(w, r), rule_at(w, r).limit
        if state.active_until > 0:
            ledger.rearm = min(ledger.rearm, state.active_until)
        if on_profit(rule_at(w, r).measure):
            continue
        ledger.closest = math.inf if state.worst_headroom == math.inf else max(ledger.closest, level_of(w, r, state.worst_value))
        if state.active_until > 0:
            continue
        if rule_at(w, r).measure == c.LOSING_STREAK:
            ledger.alert = math.inf if ledger.losing_streak >= limit and ledger.losing_streak != state.noted else ledger.alert
        else:
            ledger.alert = max(ledger.alert, level_of(w, r, limit) + 1e-9)


@compiled
def note_rungs(w: View, equity: float) -> None:
    """Remember the closest approach of each rung on losses; only in force when `equity` is below `closest`."""
    ledger = ledger_of(w)
    if not equity < ledger.closest:
        return
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        if not on_profit(rule_at(w, r).measure):
            note_share(w, r, house_value(w, r, snap(equity)))
    ledger.closest = snap(equity)


@compiled
def rearm(w: View) -> None:
    """Rungs whose duration is over may fire again, and do so where their condition still holds."""
    ledger = ledger_of(w)
    if ledger.time < ledger.rearm:
        return
    for n in range(phase_at(w, ledger.phase).rungs):
        state = rule_state(w, rung_row(w, ledger.phase, n))
        if state.active_until <= ledger.time:
            state.active_until = 0
    set_alert(w)
    climb_if_due(w)


@compiled
def climb_if_due(w: View) -> None:
    """Fire rungs when equity is where one does."""
    if is_due(w):
        set_alert(w)
        if is_due(w):
            climb(w)


@compiled
def is_due(w: View) -> bool:
    """Is equity where a rung fires, or where one on profit comes closest?"""
    ledger = ledger_of(w)
    if ledger.alert > -math.inf and equity_now(w) <= ledger.alert:
        return True
    watched = ledger.rise < math.inf or phase_at(w, ledger.phase).trade_rungs > 0
    return watched and risen(w, snap(equity_now(w)))


@compiled
def climb_if_nearer(w: View) -> None:
    """Fire rungs, or write down their approach, where the market alone has moved: no trade was closed since the last look."""
    equity = snap(equity_now(w))
    if equity <= ledger_of(w).alert or equity < ledger_of(w).closest or risen(w, equity):
        climb(w)


@compiled
def climb(w: View) -> None:
    """Fire every rung whose condition holds now; actions other than scale and block happen at the marks."""
    ledger = ledger_of(w)
    if phase_at(w, ledger.phase).rungs == 0:
        return
    equity = snap(equity_now(w))
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        kind = rule_at(w, r).measure
        if kind == c.TRADE_SHARE:
            climb_trades(w, n, r)
            equity = snap(equity_now(w))
        elif kind != c.DAY_BEFORE_PROFIT:
            value = house_value(w, r, equity)
            if note_share(w, r, value) and is_new(w, r) and rule_state(w, r).active_until == 0:
                fire(w, r, value, -1)
                equity = snap(equity_now(w))
            if kind == c.LOSING_STREAK:
                rule_state(w, r).noted = ledger.losing_streak if ledger.losing_streak >= rule_at(w, r).limit else -1
    set_alert(w)


@compiled
def is_new(w: View, r: int) -> bool:
    """A streak is acted on once: only another loss makes a rung on it act again, or its own pause would keep it waiting for ever."""
    return rule_at(w, r).measure != c.LOSING_STREAK or ledger_of(w).losing_streak != rule_state(w, r).noted


@compiled
def climb_trades(w: View, n: int, r: int) -> None:
    """Rung `n` on single trades acts on each open position whose result is where it does, once on each."""
    for s in range(w.symbol_count):
        if position(w, s).side != 0 and not has_acted(w, s, n):
            value = trade_share(w, s)
            if note_share(w, r, value):
                position(w, s).acted |= 1 << (n & 63)
                fire(w, r, value, s)


@compiled
def climb_day(w: View, k: int) -> None:
    """Clock `k` has just rolled: rungs on the day before it act."""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        if rule_at(w, r).measure == c.DAY_BEFORE_PROFIT and rule_at(w, r).clock == k:
            value = snap(clock_of(w, k).day_before) / ledger.initial
            if note_share(w, r, value) and rule_state(w, r).active_until == 0:
                fire(w, r, value, -1)


@compiled
def fire(w: View, r: int, value: float, s: int) -> None:
    """One rung acts; on the position of symbol `s` alone where it watches single trades (-1: on all)."""
    ledger, rule, state = ledger_of(w), rule_at(w, r), rule_state(w, r)
    state.active_until = ledger.time + max(rule.duration_ms, 1) if rule.until == c.UNTIL_DURATION else FOREVER
    state.count += 1
    state.acted_at = value
    note_event(w, r, rule.action, value, rule.limit)
    event_at(w, ledger.events - 1).symbol = s
    if rule.action == c.DO_TIGHTEN:
        tighten_all(w, rule.value)
    elif rule.action == c.DO_CLOSE_WORST_HALF:
        close_worst(w, (ledger.open_positions + 1) // 2)
    elif rule.action == c.DO_CLOSE_WORST:
        close_worst(w, int(rule.value))
    elif rule.action == c.DO_REDUCE:
        for each in range(w.symbol_count):
            if s < 0 or s == each:
                close_share(w, each, rule.value)
    elif rule.action == c.DO_FLATTEN or rule.action == c.DO_PAUSE or rule.action == c.DO_HALT:
        flatten(w, c.BY_HOUSE)
        if rule.action == c.DO_HALT:
            ledger.halted = 1


@compiled
def note_event(w: View, r: int, action: int, value: float, limit: float) -> None:
    """Write down that a rule acted."""
    ledger = ledger_of(w)
    e = event_at(w, ledger.events)
    ledger.events += 1
    e.time = ledger.time
    e.code = rule_at(w, r).code
    e.rule = r
    e.action = action
    e.symbol = -1
    e.value = value
    e.limit = limit
    e.price = math.nan


@compiled
def flatten(w: View, reason: int) -> None:
    """Close every position at its mark and withdraw every resting order."""
    for s in range(w.symbol_count):
        cancel_resting(w, s, -1, c.CANCELLED)
        close_here(w, s, reason)


@compiled
def leave(w: View, s: int, quantity: float, reason: int) -> None:
    """Close so much of a position at its mark. Where fills come from a venue it is wished for, and booked when it is told."""
    p = position(w, s)
    if settings_of(w).follows == 0:
        reduce(w, s, ledger_of(w).time, quantity, p.mark, True, reason, 0)
    elif quantity > p.leaving:
        p.leaving = quantity
        p.leaving_reason = reason


@compiled
def is_leaving(w: View, s: int) -> bool:
    """Is the whole position about to be closed at the venue?"""
    p = position(w, s)
    return p.leaving >= p.quantity - instrument_of(w, s).step * 0.5


@compiled
def close_here(w: View, s: int, reason: int) -> None:
    """Close one position at its mark."""
    p = position(w, s)
    if p.side != 0:
        leave(w, s, p.quantity, reason)
        contribute(w, s)
        refresh(w, s)


@compiled
def close_share(w: View, s: int, share: float) -> None:
    """Close a share of one position at its mark, in whole steps: nothing where that is too small an order, all where the rest is."""
    p = position(w, s)
    if p.side != 0:
        size, least = steps_down(p.quantity * share, instrument_of(w, s).step), least_order(w, s, p.mark)
        if size >= least:
            leave(w, s, size if p.quantity - size >= least else p.quantity, c.BY_HOUSE)
        reach(w, s, p.mark)
        contribute(w, s)
        refresh(w, s)


@compiled
def close_worst(w: View, count: int) -> None:
    """Close the `count` positions with the worst open results; ties in config order."""
    for _ in range(count):
        worst, at = math.inf, -1
        for s in range(w.symbol_count):
            if position(w, s).side != 0 and not is_leaving(w, s) and open_result(w, s, position(w, s).mark) < worst:
                worst, at = open_result(w, s, position(w, s).mark), s
        if at >= 0:
            close_here(w, at, c.BY_HOUSE)


@compiled
def tighten_all(w: View, share: float) -> None:
    """Bring every stop to `share` of its present distance from the mark."""
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.side != 0 and abs(p.stop) < math.inf:
            tighten(w, s, tick_inside(p.mark + (p.stop - p.mark) * share, p.side, instrument_of(w, s).tick), p.stop_reason)
            refresh(w, s)


@compiled
def release(w: View, until: int, clock: int) -> None:
    """End the rungs that lasted until a reset of `clock`, a winning trade or the phase's end (clock -1: any)."""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        if rule_at(w, r).until == until and (clock < 0 or rule_at(w, r).clock == clock):
            rule_state(w, r).active_until = 0
