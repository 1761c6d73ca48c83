"""Days and phases: resets, credited profit, passing, failing, the next phase."""

from __future__ import annotations

import math
from typing import Any

from runner.machine import codes as c
from runner.machine.breaches import ends_account, note_headroom
from runner.machine.caps import withdraw_contracts
from runner.machine.compiled import compiled
from runner.machine.consistency import (
    at_most_credited,
    begin_window,
    best_share,
    capped_day,
    credited,
    end_day,
    share_holds,
    target_money,
    total_needed,
)
from runner.machine.counters import set_deadline
from runner.machine.floors import set_lock
from runner.machine.house import climb, climb_day, equity_now, flatten, release, set_alert
from runner.machine.money import snap
from runner.machine.state import FOREVER, View
from runner.machine.trades import note_quiet_time
from runner.machine.view import (
    cap_row,
    clock_of,
    counter_row,
    date_row,
    day_at,
    floor_row,
    ledger_of,
    phase_at,
    position,
    reset_at,
    result_at,
    rule_at,
    rule_state,
    rung_row,
    settings_of,
)

DUST = 1e-6  # money: more than sums of days are rounded by


@compiled
def phase_now(w: View) -> Any:
    """The phase the account is in."""
    return phase_at(w, ledger_of(w).phase)


@compiled
def begin_day(w: View, k: int, time: int, balance: float, equity: float) -> None:
    """Snapshot a clock at its reset: the snapshot belongs to the new day."""
    clock = clock_of(w, k)
    clock.started = time
    clock.start_balance = balance
    clock.counted_from = ledger_of(w).balance
    if k == 0:
        ledger_of(w).cycle_from = ledger_of(w).balance
    clock.start_equity = equity
    clock.peak_equity = equity
    clock.old_peak = equity
    clock.peak_balance = balance
    clock.orders = 0
    clock.moved = 0
    for s in range(w.symbol_count):
        position(w, s).day_result[k] = 0.0
    if k == 0:
        ledger = ledger_of(w)
        ledger.day_counted = 0
        ledger.day_trades = 0
        ledger.over_cap = 0.0
        ledger.day_high = equity
        ledger.day_low = equity


@compiled
def close_day(w: View) -> None:
    """Write the day that ends and add it to the phase's counters."""
    ledger, clock = ledger_of(w), clock_of(w, 0)
    result = snap(ledger.balance - clock.counted_from)
    kept = capped_day(w, result)
    ledger.credited_past = snap(ledger.credited_past + kept)
    end_day(w)
    count_profitable(w, result)
    d = day_at(w, ledger.days)
    ledger.days += 1
    d.time = clock.started
    d.phase = ledger.phase
    d.balance_start = clock.counted_from
    d.equity_start = clock.start_equity
    d.balance_end = ledger.balance
    d.equity_end = ledger.equity
    d.equity_high = ledger.day_high
    d.equity_low = ledger.day_low
    d.credited = kept
    d.trades = ledger.day_trades
    d.counts = ledger.day_counted


@compiled
def count_profitable(w: View, result: float) -> None:
    """The day that ends counts where its result is above zero and large enough."""
    ledger = ledger_of(w)
    if phase_now(w).profitable_days < 0 or result <= 0.0:
        return
    for n in range(phase_now(w).counters):
        r = counter_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code != c.PROFITABLE_DAYS:
            continue
        least = rule.amount if not math.isnan(rule.amount) else rule.limit * ledger.initial
        if snap(result - least) >= 0.0:
            rule_state(w, r).days += 1
            if r == phase_now(w).profitable_days:
                ledger.profitable_days += 1


@compiled
def roll(w: View, k: int, balance: float, equity: float, mild_balance: float, mild_equity: float) -> None:
    """A clock's reset: end-of-day highs, the day record, snapshots, rungs that lasted until now.

    balance, equity: what floors hang from. mild_balance, mild_equity: the least that the reset may have met in truth.
    """
    ledger, clock = ledger_of(w), clock_of(w, k)
    time = clock.next_time
    clock.mild_balance = mild_balance
    clock.mild_equity = mild_equity
    clock.mild_eod_balance = max(clock.eod_balance_high, mild_balance)
    clock.mild_eod_equity = max(clock.eod_equity_high, mild_equity)
    clock.eod_balance_high = max(clock.eod_balance_high, balance)
    clock.eod_equity_high = max(clock.eod_equity_high, equity)
    if k == 0 and clock.started < time:
        close_day(w)
    clock.day_before = ledger.balance - clock.counted_from
    begin_day(w, k, time, balance, equity)
    clock.next += 1
    clock.next_time = reset_at(w, k, clock.next)
    release(w, c.UNTIL_RESET, k)
    climb_day(w, k)
    if settings_of(w).gate == 1:
        withdraw_contracts(w, k)
    if ledger.paused_until <= time:
        ledger.paused_until = 0
    ledger.check_pass = 1
    ledger.check_defence = 1
    set_alert(w)


@compiled
def begin_phase(w: View, phase: int, time: int) -> None:
    """A fresh account in `phase`: balance, peaks, counters and limits in time start over."""
    ledger = ledger_of(w)
    initial = settings_of(w).initial
    ledger.phase = phase
    ledger.phase_number += 1
    ledger.initial = initial
    ledger.balance = initial
    ledger.equity = initial
    ledger.seen_open = 0.0
    ledger.equity_high = initial
    ledger.closed_high = initial
    ledger.credited_past = 0.0
    begin_window(w, c.OVER_PHASE, initial)
    begin_window(w, c.OVER_PAYOUT_CYCLE, initial)
    ledger.paid = 0.0
    ledger.payouts = 0
    ledger.next_payout = time + rule_at(w, phase_now(w).payout).duration_ms if phase_now(w).payout >= 0 else FOREVER
    ledger.phase_trades = 0
    ledger.short_trades = 0
    ledger.losing_streak = 0
    ledger.won = 0
    ledger.days_counted = 0
    ledger.profitable_days = 0
    ledger.state = c.ACTIVE
    ledger.rule = -1
    ledger.code = c.NONE
    ledger.ambiguous = 0
    ledger.halted = 0
    ledger.paused_until = 0
    ledger.phase_started = time
    for event in range(3):
        ledger.active_at[event] = time
    ledger.first_open = FOREVER
    ledger.first_day = ledger.days
    ledger.first_trade = ledger.trades
    ledger.breach_rule = -1
    ledger.calendar = 0
    ledger.last_entry = 0
    for s in range(w.symbol_count):
        position(w, s).last_entry = 0
    for k in range(w.clock_count):
        clock_of(w, k).eod_balance_high = initial
        clock_of(w, k).eod_equity_high = initial
        clock_of(w, k).day_before = 0.0
        begin_day(w, k, time, initial, initial)
    forget_all(w, phase)
    set_lock(w)
    set_deadline(w)
    set_alert(w)


@compiled
def forget_all(w: View, phase: int) -> None:
    """Every rule of a phase starts over."""
    kinds = phase_at(w, phase)
    for n in range(kinds.floors):
        forget(w, floor_row(w, phase, n))
    for n in range(kinds.rungs):
        forget(w, rung_row(w, phase, n))
    for n in range(kinds.caps):
        forget(w, cap_row(w, phase, n))
    for n in range(kinds.counters):
        forget(w, counter_row(w, phase, n))
    for n in range(kinds.dates):
        forget(w, date_row(w, phase, n))


@compiled
def forget(w: View, r: int) -> None:
    """A rule's memory of what was before the phase goes; closest approaches and counts of breaches stay."""
    state = rule_state(w, r)
    state.active_until = 0
    state.anchor = math.nan
    state.kept = -math.inf
    state.stands = math.nan
    state.least = -math.inf
    state.stood_at = 0
    state.days = 0
    state.day = 0
    state.noted = -1


@compiled
def finish_trades(w: View) -> None:
    """Consequences of closed trades for rungs, before anything new is approved."""
    ledger = ledger_of(w)
    while ledger.closed_in_batch == 1:
        ledger.closed_in_batch = 0
        if ledger.won == 1:
            ledger.won = 0
            release(w, c.UNTIL_WINNING_TRADE, -1)
        climb(w)


@compiled
def end_phase(w: View, state: int, r: int, code: int, value: float, floor: float) -> None:
    """Write the phase's verdict; passing leads to the next phase, failing ends the account (or starts it again)."""
    ledger, settings = ledger_of(w), settings_of(w)
    ledger.state = state
    ledger.rule = r
    ledger.code = code
    ledger.verdict_time = ledger.time
    ledger.verdict_value = value
    ledger.verdict_floor = floor
    write_result(w)
    following = phase_at(w, ledger.phase).next
    flatten(w, c.BY_PHASE_END)
    release(w, c.UNTIL_PHASE_END, -1)
    if settings.follows == 1:
        ledger.following = 0 if state == c.FAILED and settings.restart == 1 else (following if state == c.PASSED else -1)
        ledger.ended = 1
    elif state == c.PASSED and following >= 0:
        close_day(w)
        begin_phase(w, following, ledger.time)
    elif state == c.FAILED and settings.restart == 1:
        close_day(w)
        begin_phase(w, 0, ledger.time)
    else:
        ledger.ended = 1


@compiled
def write_result(w: View) -> None:
    """Append the phase's row to the record as things stand."""
    ledger = ledger_of(w)
    note_counters(w)
    x = result_at(w, ledger.results)
    ledger.results += 1
    x.phase = ledger.phase
    paused = ledger.state == c.ACTIVE and ledger.paused_until > ledger.time
    x.state = c.PAUSED_STATE if paused else ledger.state
    x.rule = ledger.rule
    x.code = ledger.code
    x.started = ledger.phase_started
    x.ended = ledger.time
    x.value = ledger.verdict_value
    x.floor = ledger.verdict_floor
    x.balance = ledger.balance
    x.equity = equity_now(w)
    x.credited = credited(w)
    x.target = target_money(w)
    x.days_counted = ledger.days_counted
    r = phase_now(w).trading_days
    x.days_needed = int(rule_at(w, r).count) if r >= 0 else 0
    x.ambiguous = ledger.ambiguous
    x.payouts = ledger.payouts
    x.paid = ledger.paid


@compiled
def note_counters(w: View) -> None:
    """How far the phase's counters came: target, days, consistency, quiet time."""
    ledger, phase = ledger_of(w), phase_now(w)
    time = ledger.time
    if phase.target >= 0:
        earned, target = credited(w), target_money(w)
        note_headroom(w, phase.target, earned, target, target - earned, time)
    for n in range(phase.counters):
        r = counter_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code == c.TRADING_DAYS or rule.code == c.PROFITABLE_DAYS:
            days, needed = float(rule_state(w, r).days), float(rule.count)
            note_headroom(w, r, days, needed, needed - days, time)
        elif rule.code == c.CONSISTENCY and best_share(w, r) < math.inf:
            share = best_share(w, r)
            note_headroom(w, r, share, rule.limit, rule.limit - share, time)
    note_quiet_time(w, -1, time)


@compiled
def check_pass(w: View) -> None:
    """Has the phase been passed? Needs target, days, consistency, and everything flat."""
    ledger = ledger_of(w)
    ledger.check_pass = 0
    target = target_money(w)
    if math.isnan(target):
        return
    earned = at_most_credited(w)
    if earned >= target - DUST:
        earned = credited(w)
    if earned < target:
        ledger.state = c.ACTIVE
        return
    ledger.state = c.TARGET_REACHED
    if waits(w) or ledger.open_positions > 0:
        return
    r = phase_now(w).holding
    if r >= 0 and ends_account(rule_at(w, r).severity) and too_many_short(w, r):
        state = rule_state(w, r)
        end_phase(w, c.FAILED, r, c.HOLDING_TIME, state.worst_value, state.worst_limit)
        return
    r = fails_by_share(w)
    if r >= 0:
        end_phase(w, c.FAILED, r, c.CONSISTENCY, best_share(w, r), rule_at(w, r).limit)
        return
    end_phase(w, c.PASSED, phase_at(w, ledger.phase).target, c.PROFIT_TARGET, earned, target)


@compiled
def waits(w: View) -> bool:
    """Is a day count still missing, or a share of days or of short trades too large?"""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).counters):
        r = counter_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code == c.TRADING_DAYS and rule_state(w, r).days < rule.count:
            return True
        if rule.code == c.PROFITABLE_DAYS and rule.window == c.OVER_PHASE and rule_state(w, r).days < rule.count:
            return True
        if rule.code == c.CONSISTENCY and rule.severity == c.BLOCK_PASS and not share_holds(w, r):
            return True
        if rule.code == c.CONSISTENCY and rule.severity == c.RAISE_TARGET and rule.compare == c.LT and credited(w) <= total_needed(w, r):
            return True
        if rule.code == c.HOLDING_TIME and rule.severity == c.BLOCK_PASS and too_many_short(w, r):
            return True
    return False


@compiled
def too_many_short(w: View, r: int) -> bool:
    """Were more of the phase's trades shorter than the holding time than rule `r` lets pass?"""
    ledger = ledger_of(w)
    return ledger.short_trades > rule_at(w, r).limit * ledger.phase_trades + 1e-9


@compiled
def fails_by_share(w: View) -> int:
    """The consistency rule by which an account that would pass fails instead; -1 when none does."""
    ledger = ledger_of(w)
    if phase_now(w).consistency >= 0:
        for n in range(phase_now(w).counters):
            r = counter_row(w, ledger.phase, n)
            rule = rule_at(w, r)
            if rule.code == c.CONSISTENCY and ends_account(rule.severity) and not share_holds(w, r):
                return int(r)
    return -1
