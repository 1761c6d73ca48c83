"""An account fed by what is seen of it instead of by bars: the same rolls, peaks, floors and verdicts, in the same order."""

from __future__ import annotations

import math
from typing import Any

from runner.machine import codes as c
from runner.machine.actions import DONE, FULL, MORE
from runner.machine.calendar import forbidden
from runner.machine.compiled import compiled
from runner.machine.consistency import best_of, cap_of, credited, share_holds, target_money, total_needed, whole_of
from runner.machine.counters import count_opening
from runner.machine.fills import clear_position, lift_balance, pay
from runner.machine.floors import floor_of, measured
from runner.machine.house import climb_if_due, contribute, rearm, set_alert
from runner.machine.judge import breach, judge_caps, judge_symbols
from runner.machine.money import snap
from runner.machine.payouts import take_out
from runner.machine.phases import begin_day, check_pass, finish_trades
from runner.machine.resets import roll_clocks
from runner.machine.state import FOREVER, View
from runner.machine.step import begin_instant, has_room, rejudge
from runner.machine.timers import accept_stop, hold_without_stop, judge_stops, lose_stop, release_position, stop_due, stop_duty
from runner.machine.trades import be_active, count_trade
from runner.machine.view import clock_of, date_row, floor_row, ledger_of, phase_at, position, rule_at, rule_state, seen_of, standing_of
from runner.model.records import MAX_FLOORS


@compiled
def observe(w: View) -> int:
    """Take what was seen, after every reset that has passed since; then write down how the account stands."""
    ledger, x = ledger_of(w), seen_of(w)
    standing_of(w).forbidden = -1
    time = next_reset(w)
    while time < x.time and ledger.ended == 0:
        if not has_room(w):
            return FULL
        begin_instant(w, time)
        settle(w, time)
        time = next_reset(w)
    if not has_room(w):
        return FULL
    if ledger.ended == 0:
        begin_instant(w, x.time)
        judge_stops(w, x.time)
    if ledger.ended == 0 and happens(x.kind) and (next_reset(w) <= x.time or ledger.deadline <= x.time):
        settle(w, x.time)
    if ledger.ended == 0:
        take(w, x)
    if ledger.ended == 0:
        settle(w, x.time)
    stand(w)
    return DONE if ledger.ended == 1 else MORE


@compiled
def happens(kind: int) -> bool:
    """Is this something that happens, and at a reset happens in the day that begins? Marks and snapshots only say how things stood."""
    return kind != c.SEEN_MARK and kind != c.SEEN_SNAPSHOT


@compiled
def next_reset(w: View) -> int:
    """The next instant at which some clock's day begins."""
    time = FOREVER
    for k in range(w.clock_count):
        time = min(time, clock_of(w, k).next_time)
    return time


@compiled
def settle(w: View, time: int) -> None:
    """With balance and equity as they are: roll the days that begin, lift the peaks, compare, and see what follows."""
    ledger = ledger_of(w)
    attempt = ledger.phase_number
    rearm(w)
    roll_clocks(w, time, ledger.equity)
    ledger.day_high = max(ledger.day_high, ledger.equity)
    ledger.day_low = min(ledger.day_low, ledger.equity)
    rejudge(w, ledger.equity, ledger.equity)
    if ledger.ended == 0 and ledger.phase_number == attempt:
        judge_symbols(w)
    finish_trades(w)
    climb_if_due(w)
    if ledger.ended == 0 and (ledger.breach_rule >= 0 or time >= ledger.deadline):
        judge_caps(w)
    if ledger.check_pass == 1 and ledger.ended == 0:
        check_pass(w)


@compiled
def take(w: View, x: Any) -> None:
    """What was seen becomes part of the account's figures."""
    ledger, s = ledger_of(w), int(x.symbol)
    if x.kind == c.SEEN_MARK:
        take_mark(w, x)
    elif x.kind == c.SEEN_SNAPSHOT:
        take_mark(w, x)
        for k in range(w.clock_count):
            begin_day(w, k, x.time, ledger.balance, ledger.equity)
    elif x.kind == c.SEEN_TRADE:
        take_trade(w, x)
    elif x.kind == c.SEEN_OPENED:
        ledger.open_positions += 1
        be_active(w, c.ON_OPEN, x.time)
        count_opening(w)
        hold_without_stop(w, s, x.time)
    elif x.kind == c.SEEN_STOP_SET:
        accept_stop(w, s, x.time, x.risk)
    elif x.kind == c.SEEN_STOP_CANCELLED:
        lose_stop(w, s, x.time, x.resized)
    elif x.kind == c.SEEN_CLOSED:
        ledger.open_positions -= 1
        ledger.check_pass = 1
        release_position(w, s)
    elif x.kind == c.SEEN_SYMBOL:
        for k in range(w.clock_count):
            position(w, s).day_result[k] = x.result
    elif x.kind == c.SEEN_ACTION:
        judge_action(w, x)


@compiled
def judge_action(w: View, x: Any) -> None:
    """Something was done: is it forbidden around the release?"""
    phase = ledger_of(w).phase
    for n in range(phase_at(w, phase).dates):
        r = date_row(w, phase, n)
        rule = rule_at(w, r)
        if rule.code != c.NEWS or rule.calendar != x.calendar:
            continue
        members = int(rule.members[x.symbol >> 6])
        if forbidden(rule.forbids, members, x.symbol & 63, x.action, x.time, x.release, rule.duration_ms, rule.grace_ms):
            standing_of(w).forbidden = r
            breach(w, r, float(x.time), float(x.release), 0)
            return


@compiled
def take_mark(w: View, x: Any) -> None:
    """Balance and equity, after costs, fills and what was paid out."""
    ledger = ledger_of(w)
    if x.payout > 0.0:
        take_out(w, x.payout)
        ledger.payouts += 1
    ledger.check_pass = 1
    ledger.balance = snap(x.balance)
    ledger.equity = snap(x.equity)
    ledger.seen_open = ledger.equity - ledger.balance
    if lift_balance(w):
        set_alert(w)


@compiled
def take_trade(w: View, x: Any) -> None:
    """A closed trade: its result goes to the balance, and it counts wherever a trade of the tape does."""
    ledger, s = ledger_of(w), int(x.symbol)
    p = position(w, s)
    ledger.positions += 1
    ledger.open_positions += 1
    p.number = ledger.positions
    p.plan = -1
    p.side = 1
    p.opened = x.opened
    p.entry_price = 1.0
    p.largest_quantity = x.notional / p.point_value
    p.exit_value = 1.0
    p.exit_quantity = 1.0
    p.risk = math.nan
    p.fees = 0.0
    p.funding = 0.0
    p.realised = 0.0
    pay(w, s, x.result)
    p.best = max(0.0, p.realised)
    p.worst = min(0.0, p.realised)
    count_trade(w, s, x.time, c.NO_REASON)
    clear_position(p)
    contribute(w, s)
    ledger.equity = snap(ledger.balance + ledger.seen_open)


@compiled
def stand(w: View) -> None:
    """Write down how the account stands."""
    y, ledger = standing_of(w), ledger_of(w)
    y.time = ledger.time
    y.paused_until = ledger.paused_until
    y.phase = ledger.phase
    y.state = ledger.state
    y.rule = ledger.rule
    y.code = ledger.code
    y.halted = ledger.halted
    y.balance = ledger.balance
    y.equity = ledger.equity
    y.days_counted = ledger.days_counted
    y.profitable_days = ledger.profitable_days
    y.credited = credited(w)
    y.target = target_money(w)
    y.stop_due = stop_due(w)
    y.offences = rule_state(w, stop_duty(w)).count if stop_duty(w) >= 0 else 0
    stand_floors(w)
    stand_share(w)


@compiled
def stand_share(w: View) -> None:
    """What the first consistency rule measures, and whether it holds."""
    y, r = standing_of(w), phase_at(w, ledger_of(w).phase).consistency
    y.within = 1 if r < 0 or share_holds(w, r) else 0
    y.best = math.nan if r < 0 else best_of(w, r)
    y.whole = math.nan if r < 0 else whole_of(w, r)
    y.cap = math.nan if r < 0 else cap_of(w, r)
    y.needed = math.nan if r < 0 else total_needed(w, r)


@compiled
def stand_floors(w: View) -> None:
    """Where each floor stands, which is the highest, and how far the nearest is."""
    y, ledger = standing_of(w), ledger_of(w)
    y.binding = -1
    y.floor = -math.inf
    y.headroom = math.inf
    for n in range(MAX_FLOORS):
        y.floors[n] = math.nan
    for n in range(min(phase_at(w, ledger.phase).floors, MAX_FLOORS)):
        r = floor_row(w, ledger.phase, n)
        floor = floor_of(w, r)
        y.floors[n] = floor
        y.headroom = min(y.headroom, measured(w, r, ledger.equity) - floor)
        if floor > y.floor:
            y.floor = floor
            y.binding = r
