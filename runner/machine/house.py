"""Our own ladder: conditions on the day, the drawdown, the floors or the streak, and what is then done at this price."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.fills import cancel_resting, note_headroom, reduce
from runner.machine.floors import allowance, anchor_of, floor_from
from runner.machine.money import snap, tick_near
from runner.machine.state import FOREVER, View
from runner.machine.stops import open_result, refresh, tighten
from runner.machine.view import event_at, floor_row, instrument_of, ledger_of, phase_at, position, rule_at, rule_state, rung_row


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
    p.high = max(p.high, value)
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
def house_value(w: View, r: int, equity: float) -> float:
    """What a rung watches, in its own unit."""
    rule, ledger = rule_at(w, r), ledger_of(w)
    if rule.measure == c.DAY_LOSS:
        return (anchor_of(w, r) - equity) / ledger.initial
    if rule.measure == c.DRAWDOWN:
        return (ledger.equity_high - equity) / ledger.initial
    if rule.measure == c.FLOOR_USED:
        return floor_used(w, equity)
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
    """Work out the equity at which the next rung fires or comes closest, so that quiet bars need one comparison each."""
    ledger = ledger_of(w)
    ledger.alert = -math.inf
    ledger.closest = -math.inf
    ledger.rearm = FOREVER
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        state, limit = rule_state(w, r), rule_at(w, r).limit
        ledger.closest = math.inf if state.worst_headroom == math.inf else max(ledger.closest, level_of(w, r, state.worst_value))
        if state.active_until > 0:
            ledger.rearm = min(ledger.rearm, state.active_until)
        elif rule_at(w, r).measure == c.LOSING_STREAK:
            ledger.alert = math.inf if ledger.losing_streak >= limit else ledger.alert
        else:
            ledger.alert = max(ledger.alert, level_of(w, r, limit) + 1e-9)


@compiled
def note_rungs(w: View, equity: float) -> None:
    """Remember each rung's closest approach; only in force when `equity` is below `closest`."""
    ledger = ledger_of(w)
    if not equity < ledger.closest:
        return
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        value, limit = house_value(w, r, snap(equity)), rule_at(w, r).limit
        note_headroom(w, r, value, limit, limit - value, ledger.time)
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
    ledger = ledger_of(w)
    if ledger.alert > -math.inf and equity_now(w) <= ledger.alert:
        set_alert(w)
        if equity_now(w) <= ledger.alert:
            climb(w)


@compiled
def climb_if_nearer(w: View) -> None:
    """Fire rungs, or write down their approach, where the market alone has moved: no trade was closed since the last look."""
    equity = snap(equity_now(w))
    if equity <= ledger_of(w).alert or equity < ledger_of(w).closest:
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
        state, rule = rule_state(w, r), rule_at(w, r)
        value = house_value(w, r, equity)
        note_headroom(w, r, value, rule.limit, rule.limit - value, ledger.time)
        if state.active_until == 0 and value >= rule.limit - 1e-12:
            fire(w, r, value)
            equity = snap(equity_now(w))
    set_alert(w)


@compiled
def fire(w: View, r: int, value: float) -> None:
    """One rung acts."""
    ledger, rule, state = ledger_of(w), rule_at(w, r), rule_state(w, r)
    state.active_until = ledger.time + max(rule.duration_ms, 1) if rule.until == c.UNTIL_DURATION else FOREVER
    state.count += 1
    note_event(w, r, rule.action, value, rule.limit)
    if rule.action == c.DO_TIGHTEN:
        tighten_all(w, rule.value)
    elif rule.action == c.DO_CLOSE_WORST_HALF:
        close_worst(w, (ledger.open_positions + 1) // 2)
    elif rule.action >= c.DO_FLATTEN:
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
def close_here(w: View, s: int, reason: int) -> None:
    """Close one position at its mark."""
    p = position(w, s)
    if p.side != 0:
        reduce(w, s, ledger_of(w).time, p.quantity, p.mark, True, reason, 0)
        contribute(w, s)
        refresh(w, s)


@compiled
def close_worst(w: View, count: int) -> None:
    """Close the `count` positions with the worst open results; ties in config order."""
    for _ in range(count):
        worst, at = math.inf, -1
        for s in range(w.symbol_count):
            if position(w, s).side != 0 and open_result(w, s, position(w, s).mark) < worst:
                worst, at = open_result(w, s, position(w, s).mark), s
        if at >= 0:
            close_here(w, at, c.BY_HOUSE)


@compiled
def tighten_all(w: View, share: float) -> None:
    """Bring every stop to `share` of its present distance from the mark."""
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.side != 0 and abs(p.stop) < math.inf:
            tighten(w, s, tick_near(p.mark + (p.stop - p.mark) * share, instrument_of(w, s).tick), p.stop_reason)
            refresh(w, s)


@compiled
def release(w: View, until: int, clock: int) -> None:
    """End the rungs that lasted until a reset of `clock`, a winning trade or the phase's end (clock -1: any)."""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        if rule_at(w, r).until == until and (clock < 0 or rule_at(w, r).clock == clock):
            rule_state(w, r).active_until = 0
