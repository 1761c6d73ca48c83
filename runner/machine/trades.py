"""A closed trade: written down, and fed to streaks, days and the rules on single trades."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.breaches import ends_account, note_headroom, remember_breach
from runner.machine.compiled import compiled
from runner.machine.consistency import note_trade
from runner.machine.counters import count_day, note_activity
from runner.machine.money import snap
from runner.machine.state import View
from runner.machine.tally import tally_trade
from runner.machine.view import cap_row, counter_row, ledger_of, phase_at, position, rule_at, rule_state, trade_at


@compiled
def count_trade(w: View, s: int, time: int, reason: int) -> None:
    """A position is closed: write the trade, feed streaks, day and phase counters and the risk-per-trade rule."""
    ledger, p = ledger_of(w), position(w, s)
    t = trade_at(w, ledger.trades)
    ledger.trades += 1
    t.position = p.number
    t.plan = p.plan
    t.symbol = s
    t.strategy = p.strategy
    t.phase = ledger.phase
    t.side = p.side
    t.opened = p.opened
    t.closed = time
    t.quantity = p.largest_quantity
    t.entry_price = p.entry_price
    t.exit_price = p.exit_value / p.exit_quantity
    t.profit = snap(p.realised)
    t.fees = p.fees
    t.funding = p.funding
    t.risk = p.risk
    t.best = p.best
    t.worst = min(p.worst, p.realised)
    t.reason = reason
    t.targets = p.targets_hit
    if p.voided == 1:
        ledger.over_cap += max(0.0, t.profit)
    else:
        note_trade(w, t.profit)
    if t.profit < 0.0:
        ledger.losing_streak += 1
    else:
        ledger.losing_streak = 0
        ledger.won = 1
    tally_trade(w, s, t.profit, reason)
    ledger.day_trades += 1
    ledger.phase_trades += 1
    ledger.closed_in_batch = 1
    ledger.check_pass = 1
    be_active(w, c.ON_CLOSE, time)
    ledger.open_positions -= 1
    count_for_rules(w, s, t.profit)


@compiled
def be_active(w: View, event: int, time: int) -> None:
    """A trade was closed, a position opened or an order sent at `time`."""
    if (phase_at(w, ledger_of(w).phase).rests >> event) & 1 == 1:
        note_quiet_time(w, event, time)
    note_activity(w, event, time)


@compiled
def note_quiet_time(w: View, event: int, time: int) -> None:
    """The longest time without `event` (-1: any), for the inactivity rules' closest approach."""
    ledger = ledger_of(w)
    if phase_at(w, ledger.phase).inactivity < 0:
        return
    for n in range(phase_at(w, ledger.phase).counters):
        r = counter_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code == c.INACTIVITY and (event < 0 or rule.event == event):
            quiet, limit = float(time - ledger.active_at[rule.event]), float(rule.duration_ms)
            note_headroom(w, r, quiet, limit, limit - quiet, time)


@compiled
def count_for_rules(w: View, s: int, profit: float) -> None:
    """Valid trading days and realised risk of a closed trade."""
    ledger, p = ledger_of(w), position(w, s)
    notional = p.largest_quantity * p.entry_price * p.point_value
    for n in range(phase_at(w, ledger.phase).counters):
        r = counter_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code == c.TRADING_DAYS and rule.event == c.ON_CLOSE:
            large = math.isnan(rule.limit) or snap(notional - rule.limit * ledger.initial) >= 0.0
            share = abs(profit) if rule.either_sign == 1 else profit
            earned = math.isnan(rule.limit_2) or snap(share - rule.limit_2 * notional) >= 0.0
            if large and earned:
                count_day(w, r)
        elif r == phase_at(w, ledger.phase).holding:
            count_holding(w, s, r)
    for n in range(phase_at(w, ledger.phase).caps):
        r = cap_row(w, ledger.phase, n)
        if rule_at(w, r).code == c.RISK_PER_TRADE:
            limit = risk_limit(w, r, p.risk_base)
            note_headroom(w, r, -profit, limit, limit + profit, ledger.time)
            if snap(-profit - limit) > 0.0:
                remember_breach(w, r, -profit, limit)


@compiled
def risk_limit(w: View, r: int, balance: float) -> float:
    """What one position may lose under rule `r` when its entry was approved at this balance."""
    rule = rule_at(w, r)
    if not math.isnan(rule.amount):
        return rule.amount
    return rule.amount_fraction * (balance if rule.amount_of == c.OF_ANCHOR else ledger_of(w).initial)


@compiled
def count_holding(w: View, s: int, r: int) -> None:
    """Hold a closed trade against the shortest holding time; a close inside a bar is taken to lie at the bar's end.

    Where no trade may be short, the first one breaches; a share of them is looked at when the phase would be passed.
    """
    ledger, rule = ledger_of(w), rule_at(w, r)
    held, shortest = float(ledger.time - position(w, s).opened), float(rule.duration_ms)
    note_headroom(w, r, held, shortest, held - shortest, ledger.time)
    if held >= shortest:
        return
    ledger.short_trades += 1
    if ends_account(rule.severity) and rule.limit == 0.0:
        remember_breach(w, r, held, shortest)
    else:
        rule_state(w, r).count += 1
