"""Payouts of a funded phase: when one is due, how much it is, and what it leaves of balances, peaks and floors."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.consistency import begin_window, share_holds
from runner.machine.floors import allowance, anchor_of, broken, free_floor, hangs_from_day, measured
from runner.machine.house import note_event, set_alert
from runner.machine.money import snap
from runner.machine.orders import cancel_resting
from runner.machine.phases import end_phase
from runner.machine.state import View
from runner.machine.view import clock_of, counter_row, floor_row, ledger_of, phase_at, rule_at, rule_state
from runner.model.rules import MAX_STEPS

SWITCH_MS = 3_600_000  # the day on which summer time begins is so much shorter: days between payouts are days of the clock


@compiled
def largest(w: View, r: int) -> float:
    """The most the next payout may be; the last one written holds for all later ones, inf where none is."""
    rule, most = rule_at(w, r), math.inf
    for n in range(min(ledger_of(w).payouts + 1, MAX_STEPS)):
        if not math.isnan(rule.steps[n]):
            most = rule.steps[n]
    return most


@compiled
def payable(w: View, r: int) -> float:
    """What payout rule `r` would pay of the profit there is; 0 when that is too little."""
    ledger, rule = ledger_of(w), rule_at(w, r)
    profit = snap(ledger.balance - ledger.initial - rule.limit_2)
    if profit <= 0.0 or snap(profit - rule.amount) < 0.0:
        return 0.0
    return snap(min(rule.value * profit, largest(w, r)))


@compiled
def spared(w: View, r: int, amount: float) -> float:
    """What of a payout leaves the wanted share of its allowance free above every overall floor that stays where it is."""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).floors):
        floor = floor_row(w, ledger.phase, n)
        if rule_at(w, floor).severity != c.WARN and not falls_along(w, floor):
            kept = rule_at(w, r).margin * allowance(w, floor, anchor_of(w, floor))
            amount = min(amount, measured(w, floor, ledger.equity) - floor_after(w, floor, 0.0) - kept)
    return snap(amount) if snap(amount) >= min(rule_at(w, r).amount, payable(w, r)) else 0.0


@compiled
def falls_along(w: View, r: int) -> bool:
    """Does floor `r` fall by what is paid out?"""
    rule = rule_at(w, r)
    if hangs_from_day(rule.anchor):
        return True
    return rule.on_payout == c.REDUCE_PEAK and rule.anchor != c.INITIAL and math.isnan(rule_state(w, r).stands)


@compiled
def held_back(w: View) -> bool:
    """Does a winning day of the cycle still miss, or a share that blocks payouts not hold?"""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).counters):
        r = counter_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code == c.PROFITABLE_DAYS and rule.window == c.OVER_PAYOUT_CYCLE and rule_state(w, r).days < rule.count:
            return True
        if rule.code == c.CONSISTENCY and rule.severity == c.BLOCK_PAYOUT and not share_holds(w, r):
            return True
    return False


@compiled
def floor_after(w: View, r: int, amount: float) -> float:
    """Where floor `r` would stand after a payout of `amount`."""
    rule, anchor, stands = rule_at(w, r), anchor_of(w, r), rule_state(w, r).stands
    if hangs_from_day(rule.anchor):
        return max(free_floor(w, r, anchor - amount), rule_state(w, r).least)
    if rule.on_payout == c.FLOOR_TO_INITIAL:
        return float(ledger_of(w).initial)
    if not math.isnan(stands):
        return float(stands)
    return max(free_floor(w, r, anchor - amount if falls_along(w, r) else anchor), rule_state(w, r).least)


@compiled
def would_breach(w: View, amount: float) -> bool:
    """Would a payout leave no more than a floor allows?"""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).floors):
        r = floor_row(w, ledger.phase, n)
        if rule_at(w, r).severity != c.WARN and broken(w, r, measured(w, r, ledger.equity) - amount, floor_after(w, r, amount)):
            return True
    return False


@compiled
def pay_out_if_due(w: View) -> None:
    """At the reset of the first clock: pay what is due to an account that holds nothing; what rests is withdrawn first."""
    ledger = ledger_of(w)
    r = phase_at(w, ledger.phase).payout
    if r < 0 or ledger.open_positions > 0 or ledger.time < ledger.next_payout - (SWITCH_MS if ledger.payouts > 0 else 0):
        return
    amount = spared(w, r, payable(w, r))
    if amount <= 0.0 or held_back(w) or would_breach(w, amount):
        return
    for s in range(w.symbol_count):
        cancel_resting(w, s, -1, c.CANCELLED)
    withdraw(w, amount)
    ledger.payouts += 1
    ledger.next_payout = ledger.time + rule_at(w, r).grace_ms
    rule_state(w, r).count += 1
    note_event(w, r, c.DO_ALERT, amount, float(ledger.payouts))
    if 0 < rule_at(w, r).count <= ledger.payouts:
        end_phase(w, c.PASSED, r, c.PAYOUT, float(ledger.payouts), float(rule_at(w, r).count))


@compiled
def withdraw(w: View, amount: float) -> None:
    """Money leaves the account at the reset. No measure takes it for a loss: daily floors fall with it as well."""
    for k in range(w.clock_count):
        clock = clock_of(w, k)
        clock.start_balance = snap(clock.start_balance - amount)
        clock.start_equity = snap(clock.start_equity - amount)
        clock.peak_equity = snap(clock.peak_equity - amount)
        clock.peak_balance = snap(clock.peak_balance - amount)
        clock.old_peak_balance = snap(clock.old_peak_balance - amount)
        clock.old_peak = snap(clock.old_peak - amount)
    take_out(w, amount)


@compiled
def take_out(w: View, amount: float) -> None:
    """Money leaves the account: what results and drawdowns are counted from falls with it; what the day began with stays as it was.

    An overall floor does what its rule says: it stays, its peak falls, or it stands at the initial balance for good. A new payout
    cycle begins.
    """
    ledger = ledger_of(w)
    settle_floors(w)
    for k in range(w.clock_count):
        clock = clock_of(w, k)
        clock.counted_from = snap(clock.counted_from - amount)
        clock.eod_balance_high = snap(clock.eod_balance_high - amount)
        clock.eod_equity_high = snap(clock.eod_equity_high - amount)
    ledger.equity_high = snap(ledger.equity_high - amount)
    ledger.closed_high = snap(ledger.closed_high - amount)
    ledger.old_closed_high = snap(ledger.old_closed_high - amount)
    ledger.day_high = snap(ledger.day_high - amount)
    ledger.day_low = snap(ledger.day_low - amount)
    ledger.balance = snap(ledger.balance - amount)
    ledger.equity = snap(ledger.equity - amount)
    ledger.paid = snap(ledger.paid + amount)
    ledger.base[c.OVER_PHASE] = snap(ledger.base[c.OVER_PHASE] - amount)
    begin_window(w, c.OVER_PAYOUT_CYCLE, ledger.balance)
    for n in range(phase_at(w, ledger.phase).counters):
        r = counter_row(w, ledger.phase, n)
        if rule_at(w, r).code == c.PROFITABLE_DAYS and rule_at(w, r).window == c.OVER_PAYOUT_CYCLE:
            rule_state(w, r).days = 0
    set_alert(w)


@compiled
def settle_floors(w: View) -> None:
    """Overall floors keep what hangs from the peaks as they are, or stand at the initial balance from now on."""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).floors):
        r = floor_row(w, ledger.phase, n)
        rule, state = rule_at(w, r), rule_state(w, r)
        if hangs_from_day(rule.anchor):
            continue
        if rule.on_payout == c.KEEP_FLOOR:
            state.kept = anchor_of(w, r)
        elif rule.on_payout == c.FLOOR_TO_INITIAL:
            state.stands = ledger.initial
        state.anchor = math.nan
