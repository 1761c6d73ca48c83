"""Floors are judged harder than fills: the favourable extreme lifts a trailing floor before the adverse one is compared."""

from __future__ import annotations

from runner.machine import codes as c
from runner.machine.breaches import ends_account, note_headroom
from runner.machine.compiled import compiled
from runner.machine.counters import has_deadline, set_deadline, since
from runner.machine.floors import (
    anchor_of,
    broken,
    compared,
    doubtful,
    floor_from,
    floor_of,
    free_floor,
    hangs_from_equity,
    held_against,
    just_stood,
    lifted_anchor,
    measured,
    symbol_limit,
)
from runner.machine.house import flatten, note_event, set_alert
from runner.machine.money import snap
from runner.machine.phases import end_phase
from runner.machine.state import FOREVER, View
from runner.machine.view import cap_row, clock_of, counter_row, floor_row, ledger_of, phase_at, position, row_of, rule_at, rule_state
from runner.model.records import MAX_FLOORS

NEAR = 1e-6  # money; only closer than this does rounding matter


@compiled
def lift_peaks(w: View, high: float) -> bool:
    """Raise the live peaks to `high`; True when one moved."""
    ledger, moved = ledger_of(w), False
    for k in range(w.clock_count):
        clock = clock_of(w, k)
        clock.old_peak = clock.peak_equity
        if high > clock.peak_equity:
            clock.peak_equity = snap(high)
            moved = True
    if high > ledger.equity_high:
        ledger.equity_high = snap(high)
        moved = True
    return moved


@compiled
def judge(
    w: View,
    path_low: float,
    certain_low: float,
    judged_high: float,
    judged_low: float,
    peak_balance: float,
    judged_balance: float,
    low_after: float,
    high: float,
    equity: float,
) -> None:
    """Compare one instant's bars with every floor of the phase.

    path_low: lowest equity on the path walked. certain_low: equity that was reached whatever the order of the symbols.
    judged_high, judged_low: peak and trough if every favourable extreme came first. peak_balance, judged_balance: the balance
    at that peak and at the end. low_after: lowest equity since the balance last made a high. high: highest equity on the path.
    The floors go into the present row of the equity record.
    A breach that depends on the order is noted as ambiguous and ends the phase as failed; the mode replays it on finer bars.
    """
    ledger = ledger_of(w)
    old_high = ledger.equity_high
    if lift_peaks(w, high):
        set_alert(w)
    for n in range(phase_at(w, ledger.phase).floors):
        r = floor_row(w, ledger.phase, n)
        anchor = anchor_of(w, r)
        before = anchor
        if rule_at(w, r).anchor == c.DAY_PEAK_EQUITY:
            before = clock_of(w, rule_at(w, r).clock).old_peak
        elif rule_at(w, r).anchor == c.EQUITY_HIGH:
            before = max(old_high, rule_state(w, r).kept)
        elif rule_at(w, r).anchor == c.CLOSED_BALANCE_HIGH:
            before = max(ledger.old_closed_high, rule_state(w, r).kept)
        elif rule_at(w, r).anchor == c.DAY_PEAK_BALANCE:
            before = clock_of(w, rule_at(w, r).clock).old_peak_balance
        stood = just_stood(w, r)
        floor_before, floor_now = floor_from(w, r, before), floor_from(w, r, anchor)
        if stood:
            floor_before = free_floor(w, r, before)
        floor_judged = floor_from(w, r, lifted_anchor(w, r, anchor, judged_high))
        low, hard, now = measured(w, r, path_low), held_against(rule_at(w, r).measure, judged_low, judged_balance), measured(w, r, equity)
        if hangs_from_equity(rule_at(w, r).anchor) and rule_at(w, r).measure != c.EQUITY:
            hard = min(hard, peak_balance)
        lifts = rule_at(w, r).anchor == c.CLOSED_BALANCE_HIGH or rule_at(w, r).anchor == c.DAY_PEAK_BALANCE
        if stood or (anchor > before and lifts):
            hard = measured(w, r, low_after)
        if n < MAX_FLOORS:
            row_of(w).floor[n] = floor_now
        if not compared(w, r):
            continue
        if low - floor_before <= hard - floor_judged:
            note_headroom(w, r, low, floor_before, low - floor_before, ledger.time)
        else:
            note_headroom(w, r, hard, floor_judged, hard - floor_judged, ledger.time)
        if min(low - floor_before, hard - floor_judged, now - floor_now) > NEAR:
            continue
        fill_floors(w, n + 1)
        if broken(w, r, now, floor_now):
            breach(w, r, now, floor_now, doubtful(w, r, now))
        elif broken(w, r, measured(w, r, certain_low), floor_before):
            breach(w, r, low, floor_before, doubtful(w, r, measured(w, r, certain_low)))
        elif broken(w, r, low, floor_before):
            breach(w, r, low, floor_before, 1)
        elif broken(w, r, hard, floor_judged):
            breach(w, r, hard, floor_judged, 1)
        if ledger.ended == 1 or ledger.closed_in_batch == 2:
            return


@compiled
def fill_floors(w: View, first: int) -> None:
    """Put the floors from place `first` on into the row, before a breach of an earlier one ends the phase."""
    for n in range(first, min(phase_at(w, ledger_of(w).phase).floors, MAX_FLOORS)):
        row_of(w).floor[n] = floor_of(w, floor_row(w, ledger_of(w).phase, n))


@compiled
def breach(w: View, r: int, value: float, floor: float, ambiguous: int) -> None:
    """A rule is broken: the phase fails, pauses until the reset, or the breach is written down."""
    ledger, rule = ledger_of(w), rule_at(w, r)
    if ends_account(rule.severity):
        ledger.ambiguous = ambiguous
        if ambiguous == 1:
            ledger.ambiguous_time = ledger.time
        rule_state(w, r).count += 1
        end_phase(w, c.FAILED, r, rule.code, value, floor)
        ledger.closed_in_batch = 2
    elif rule.severity == c.PAUSE_UNTIL_RESET:
        if ledger.paused_until == 0:
            ledger.paused_until = clock_of(w, rule.clock).next_time
            rule_state(w, r).count += 1
            note_event(w, r, c.DO_PAUSE, value, floor)
            flatten(w, c.BY_HOUSE)
    else:
        rule_state(w, r).count += 1


@compiled
def judge_caps(w: View) -> None:
    """Rules on single trades, single symbols and elapsed time."""
    ledger = ledger_of(w)
    if ledger.breach_rule >= 0:
        r = ledger.breach_rule
        ledger.breach_rule = -1
        breach(w, r, ledger.breach_value, ledger.breach_limit, ledger.breach_ambiguous)
        return
    if ledger.time >= ledger.deadline:
        judge_deadline(w)


@compiled
def judge_deadline(w: View) -> None:
    """Inactivity or a time limit is over. Where that is only written down it waits for a new beginning."""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).counters):
        r = counter_row(w, ledger.phase, n)
        rule, state = rule_at(w, r), rule_state(w, r)
        if not has_deadline(rule.code):
            continue
        begun = since(w, r)
        if begun < FOREVER and begun != state.noted and ledger.time - begun >= rule.duration_ms:
            state.noted = begun
            breach(w, r, float(ledger.time - begun), float(rule.duration_ms), 0)
            if ledger.closed_in_batch == 2:
                return
    set_deadline(w)


@compiled
def judge_symbols(w: View) -> None:
    """Per-symbol daily loss: closed plus open result of a symbol since the reset."""
    ledger = ledger_of(w)
    if phase_at(w, ledger.phase).symbol_loss < 0:
        return
    for n in range(phase_at(w, ledger.phase).caps):
        r = cap_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code != c.SYMBOL_DAILY_LOSS:
            continue
        limit = symbol_limit(w, r)
        for s in range(w.symbol_count):
            p = position(w, s)
            loss = -snap(p.day_result[rule.clock] - p.batch_realised + p.low)
            note_headroom(w, r, loss, limit, limit - loss, ledger.time)
            if snap(loss - limit) > 0.0 or (rule.compare == c.LE and snap(loss - limit) >= 0.0):
                breach(w, r, loss, limit, 0)
                return
