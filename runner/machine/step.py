"""One instant of an account that is fed by bars: closes, funding, resets, floors, verdicts, then opens and new plans."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.actions import DONE, FULL, MORE
from runner.machine.calendar import set_calendar
from runner.machine.closing import judge_held, leave_in_time
from runner.machine.coast import coast
from runner.machine.compiled import compiled
from runner.machine.enter import answer, consider, gap_fills, gap_resting
from runner.machine.equity import begin_row, has_equity_room, take_row
from runner.machine.fills import pay
from runner.machine.floors import room_under, worst_case
from runner.machine.house import climb_if_due, close_here, contribute, equity_now, note_rungs, rearm, set_alert
from runner.machine.judge import judge, judge_caps, judge_symbols
from runner.machine.money import flat_fee, snap
from runner.machine.moves import note_stops
from runner.machine.orders import cancel_resting
from runner.machine.payouts import pay_out_if_due
from runner.machine.phases import begin_phase, check_pass, close_day, finish_trades, write_result
from runner.machine.quiet import quiet_instant
from runner.machine.resets import any_reset, inside_reset, roll_after_bars, roll_clocks
from runner.machine.state import FOREVER, View
from runner.machine.stops import next_adverse, next_goal, next_target, open_result, reach, refresh
from runner.machine.view import (
    clock_of,
    close_time,
    conversion,
    floor_row,
    funding_rate,
    funding_time,
    instrument_of,
    ledger_of,
    open_time,
    phase_at,
    plan_at,
    position,
    price_at,
    reset_at,
    row_of,
    rule_at,
    settings_of,
    symbol_of,
)
from runner.machine.walk import ADVERSE, PROFIT, expire, happen, hit_target, walk


@compiled
def next_instant(w: View) -> int:
    """The next time at which some symbol's bar closes or opens."""
    time = FOREVER
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.in_bar == 1:
            time = min(time, close_time(w, p.cursor))
        elif p.cursor < symbol_of(w, s).last:
            time = min(time, open_time(w, p.cursor))
    return time


@compiled
def begin_instant(w: View, time: int) -> None:
    """Reset what is measured per instant."""
    ledger = ledger_of(w)
    ledger.previous_time = ledger.time
    ledger.time = time
    ledger.batch_balance = ledger.balance
    ledger.old_closed_high = ledger.closed_high
    ledger.closed_in_batch = 0
    for k in range(w.clock_count):
        clock_of(w, k).old_peak_balance = clock_of(w, k).peak_balance
    for s in range(w.symbol_count):
        p = position(w, s)
        p.batch_realised = 0.0
        p.realised_high = 0.0
        p.realised_low = 0.0
        p.guarded = 0.0
        p.favourable = -math.inf
        value = 0.0
        if p.side != 0:
            p.batch_start = p.realised
            value = open_result(w, s, p.mark)
        p.high = value
        p.low = value
        p.low_after = value
        p.rose = 0
        p.judged_high = value
        p.high_realised = 0.0
        p.judged_realised = 0.0


@compiled
def close_bars(w: View, time: int) -> int:
    """Walk every bar that is complete at `time`; returns how many."""
    closed = 0
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.in_bar == 1 and close_time(w, p.cursor) == time:
            walk(w, s)
            p.in_bar = 0
            p.cursor += 1
            closed += 1
    return closed


@compiled
def settle_funding(w: View, time: int) -> None:
    """Pay or receive funding that fell due."""
    for s in range(w.symbol_count):
        p, last = position(w, s), symbol_of(w, s).last_funding
        while p.next_funding < last and funding_time(w, p.next_funding) <= time:
            if p.side != 0 and funding_time(w, p.next_funding) > p.opened:
                paid = p.side * p.quantity * p.mark * p.point_value * funding_rate(w, p.next_funding)
                high, low = p.realised_high, p.realised_low
                p.funding += pay(w, s, -paid) * -1.0
                p.realised_high, p.realised_low = high, low  # most often a reset inside the bar was before it
                if p.rose == 1:
                    set_alert(w)  # a higher balance lifts what some rungs hang from
                contribute(w, s)
                refresh(w, s)
            p.next_funding += 1


@compiled
def judge_bars(w: View) -> float:
    """Sum the symbols' contributions and hold them against the floors; returns the equity at the close."""
    ledger = ledger_of(w)
    base = ledger.batch_balance
    high, low, judged_high, judged_low, low_after = base, base, base, base, base
    peak_balance, judged_balance = base, base
    for s in range(w.symbol_count):
        p = position(w, s)
        high += p.high
        low += p.low
        low_after += p.low_after
        judged_high += p.judged_high
        peak_balance += p.judged_realised
        kept = p.guarded
        judged_balance += max(p.batch_realised, min(kept + p.realised - p.batch_start, p.judged_high))
        if p.side != 0:
            kept += max(p.best - p.give_back, -p.loss_cap) - p.batch_start
        judged_low += max(p.low, min(kept, p.judged_high))
    certain = math.inf
    for s in range(w.symbol_count):
        certain = min(certain, high - position(w, s).high + position(w, s).low)
    note_rungs(w, low)
    ledger.equity = snap(equity_now(w))
    ledger.day_high = max(ledger.day_high, high)
    ledger.day_low = min(ledger.day_low, low)
    equity = ledger.equity
    begin_row(w, high, low, equity)
    judge(w, low, certain, judged_high, judged_low, peak_balance, judged_balance, low_after, high, equity)
    take_row(w)
    return equity


@compiled
def rejudge(w: View, low: float, equity: float) -> None:
    """Compare with the floors as they stand after a reset."""
    certain = equity
    balance = ledger_of(w).balance
    judge(w, low, certain, equity, low, balance, balance, low, equity, equity)


@compiled
def lowest(w: View) -> float:
    """Lowest equity of this instant's bars."""
    low = ledger_of(w).batch_balance
    for s in range(w.symbol_count):
        low += position(w, s).low
    return low


@compiled
def defend(w: View) -> None:
    """After a jump or a reset: where worst-case equity is short of a floor's margin, raise what positions must keep."""
    ledger = ledger_of(w)
    ledger.check_defence = 0
    if ledger.open_positions == 0 or settings_of(w).gate == 0:
        return
    missing = 0.0
    equity, losses, budgets = worst_case(w)
    for n in range(phase_at(w, ledger.phase).floors):
        room, measure, limit = room_under(w, floor_row(w, ledger.phase, n), equity, 0.0, 0.0)
        missing = max(missing, -room)
    if missing <= 1e-6 or equity == -math.inf:
        return
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.side == 0 or missing <= 0.0:
            continue
        kept = max(p.best - p.give_back, -p.loss_cap)
        costs = p.quantity * p.mark * p.point_value * (instrument_of(w, s).taker + settings_of(w).slippage)
        costs += p.quantity * flat_fee(instrument_of(w, s), p.point_value, True)
        spare = p.realised + open_result(w, s, p.mark) - costs - kept
        taken = min(spare, missing)
        if taken > 0.0:
            p.loss_cap = -(kept + taken)
            missing -= taken
        if spare <= missing + taken:
            p.exit_reason = c.BY_DEFENCE if p.exit_reason < 0 else p.exit_reason
        refresh(w, s)


@compiled
def open_bars(w: View, time: int) -> None:
    """The open of new bars: all fills first, in config order, then the gate's answers to new plans."""
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.in_bar == 0 and p.cursor < symbol_of(w, s).last and open_time(w, p.cursor) == time:
            p.in_bar = 1
            open_bar(w, s, time)
            finish_trades(w)
    finish_trades(w)
    climb_if_due(w)
    for s in range(w.symbol_count):
        p, last = position(w, s), symbol_of(w, s).last_plan
        if p.in_bar == 1 and open_time(w, p.cursor) == time:
            while p.next_plan < last and plan_at(w, p.next_plan).time <= time:
                consider(w, s, p.next_plan, price_at(w, p.cursor, 0))
                p.next_plan += 1


@compiled
def open_bar(w: View, s: int, time: int) -> None:
    """One symbol's new bar: conversion, expiry, fills at the open."""
    p = position(w, s)
    i = p.cursor
    price = price_at(w, i, 0)
    if symbol_of(w, s).converted == 1:
        p.point_value = instrument_of(w, s).contract_size * conversion(w, i)
        refresh(w, s)
    if p.side == 0 and p.resting == 0 and p.quoting == 0:
        p.mark = price
        return
    if p.resting > 0 or p.quoting == 1:
        expire(w, s, time, i - 1)
    if p.side != 0 and (p.exit_reason >= 0 or p.leaving > 0.0 or price <= p.low_trigger or price >= p.high_trigger):
        gap_fills(w, s, price, time)
        for _ in range(c.MAX_TIERS):
            if p.side == 0 or p.side * (next_adverse(w, s) - price) < 0.0:
                break
            reach(w, s, price)
            happen(w, s, ADVERSE, -1, price, time)
        for _ in range(c.MAX_TARGETS):
            if p.side == 0 or p.side * (price - next_target(w, s)) < 0.0:
                break
            reach(w, s, price)
            hit_target(w, s, price, time)
            refresh(w, s)
        if p.side != 0 and p.side * (price - next_goal(w, s)) >= 0.0:
            reach(w, s, price)
            happen(w, s, PROFIT, -1, price, time)
    if p.resting > 0 or p.quoting == 1:
        gap_resting(w, s, price, time)
    reach(w, s, price)
    climb_if_due(w)


@compiled
def leave_ended(w: View) -> None:
    """A symbol whose bars are over while others go on: what is left of it closes at its last price."""
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.in_bar == 0 and p.cursor == symbol_of(w, s).last and (p.side != 0 or p.resting > 0):
            cancel_resting(w, s, -1, c.CANCELLED)
            close_here(w, s, c.BY_END_OF_DATA)


@compiled
def has_room(w: View) -> bool:
    """Is there room in every record for whatever one instant can write?"""
    ledger = ledger_of(w)
    need = w.symbol_count * 160
    return (
        ledger.fills + need < w.fills_room
        and ledger.trades + need < w.trades_room
        and ledger.stops + w.symbol_count < w.stops_room
        and has_equity_room(w)
        and ledger.days + 400 < w.days_room
        and ledger.results + 4 < w.results_room
        and ledger.events + need < w.events_room
    )


@compiled
def judge_calendar(w: View) -> None:
    """What was forbidden at this very instant is judged at it; then the next window is looked for."""
    ledger = ledger_of(w)
    if ledger.breach_rule >= 0 and rule_at(w, ledger.breach_rule).family == c.CALENDAR:
        judge_caps(w)
        finish_trades(w)
    if ledger.time >= ledger.calendar:
        set_calendar(w)


@compiled
def advance(w: View, most: int) -> int:
    """One instant: closes, funding, resets, floors, verdicts, then opens and new plans. Up to `most` when none of that is due."""
    ledger = ledger_of(w)
    if ledger.ended == 1:
        return DONE
    time = next_instant(w)
    if time == FOREVER:
        return DONE
    if settings_of(w).shortcuts == 1 and (coast(w, most) > 0 or quiet_instant(w, time)):
        return MORE
    if not has_room(w):
        return FULL
    begin_instant(w, time)
    attempt, new_day = ledger.phase_number, clock_of(w, 0).next_time <= time
    closed = close_bars(w, time)
    settle_funding(w, time)
    settle_instant(w, time, closed, attempt)
    if new_day and ledger.ended == 0 and ledger.phase_number == attempt:
        pay_out_if_due(w)
    if ledger.check_defence == 1:
        defend(w)
    if ledger.ended == 0:
        leave_in_time(w, time)
        finish_trades(w)
        open_bars(w, time)
        if next_instant(w) != FOREVER:
            leave_ended(w)
        finish_trades(w)
        judge_held(w, time, True)
        judge_calendar(w)
    note_stops(w)
    return MORE


@compiled
def settle_instant(w: View, time: int, closed: int, attempt: int) -> None:
    """After the closes of an instant that began in phase number `attempt`: floors, symbols, caps judged, days rolled, verdicts reached."""
    ledger = ledger_of(w)
    rearm(w)
    if closed > 0:
        inside = inside_reset(w, time)
        equity = judge_bars(w)
        if ledger.ended == 0 and ledger.phase_number == attempt:
            judge_symbols(w)
        if ledger.phase_number != attempt:
            roll_clocks(w, time, ledger.equity)
        elif any_reset(w, time) and ledger.ended == 0:
            low = lowest(w)
            roll_after_bars(w, time, row_of(w).high, low, equity)
            if ledger.ended == 0:
                rejudge(w, min(low, equity) if inside else equity, equity)
        finish_trades(w)
        judge_held(w, time, False)
        if ledger.ended == 0 and (ledger.breach_rule >= 0 or time >= ledger.deadline):
            judge_caps(w)
        if ledger.check_pass == 1 and ledger.ended == 0:
            check_pass(w)
    elif any_reset(w, time):
        roll_clocks(w, time, ledger.equity)
        if phase_at(w, ledger.phase).at_reset == 1:
            rejudge(w, ledger.equity, ledger.equity)
    if closed == 0:
        judge_held(w, time, False)
        if ledger.ended == 0 and time >= ledger.deadline:
            judge_caps(w)  # what a gap in the market let run out is over before anything happens after it


@compiled
def begin(w: View) -> None:
    """The account's first instant: the first phase starts, clocks stand before their next reset."""
    ledger, time = ledger_of(w), settings_of(w).first_time
    ledger.time = time
    for k in range(w.clock_count):
        n = 0
        while reset_at(w, k, n) <= time:
            n += 1
        clock_of(w, k).next = n
        clock_of(w, k).next_time = reset_at(w, k, n)
    for s in range(w.symbol_count):
        p = position(w, s)
        p.exit_reason = c.NO_REASON
        p.loss_cap = math.inf
        p.give_back = math.inf
        p.expires = FOREVER
        p.point_value = instrument_of(w, s).contract_size
        p.favourable = -math.inf
    begin_phase(w, 0, time)


@compiled
def end(w: View) -> None:
    """After the last bar: answer what is left, close the running day and write the running phase."""
    ledger = ledger_of(w)
    for s in range(w.symbol_count):
        p = position(w, s)
        for k in range(p.next_plan, symbol_of(w, s).last_plan):
            answer(w, k, c.REFUSED, c.PHASE_OVER if ledger.ended == 1 else c.NO_MARKET, -1, math.nan, math.nan)
        p.next_plan = symbol_of(w, s).last_plan
    if ledger.ended == 0:
        ledger.verdict_value = math.nan
        ledger.verdict_floor = math.nan
        write_result(w)
    if clock_of(w, 0).started < ledger.time:
        close_day(w)
