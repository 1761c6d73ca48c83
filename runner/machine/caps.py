"""Caps on single symbols, on contracts, on the size and the pace of entries: what each leaves, and what each measures."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.breaches import note_headroom, remember_breach
from runner.machine.compiled import compiled
from runner.machine.floors import worst_case
from runner.machine.house import equity_now
from runner.machine.money import flat_fee, snap
from runner.machine.orders import cancel_resting
from runner.machine.quotes import is_quotes, more_notional, more_units, most_units
from runner.machine.state import MAX_RESTING, View
from runner.machine.stops import refresh
from runner.machine.tally import tally_entry
from runner.machine.view import cap_row, clock_of, instrument_of, ledger_of, other_side, phase_at, plan_at, position, resting_at, rule_at
from runner.model.rules import MAX_STEPS


@compiled
def concerns(w: View, r: int, s: int) -> bool:
    """Is symbol `s` among the members of rule `r`?"""
    return (int(rule_at(w, r).members[s >> 6]) >> (s & 63)) & 1 == 1


@compiled
def opposes(w: View, s: int, side: int) -> bool:
    """Does another account of the group hold the other side of the symbol?"""
    return other_side(w, s) == -side


@compiled
def waits_for_entry(w: View, r: int, s: int) -> bool:
    """Does an entry rest that rule `r` on the pace of entries counts for symbol `s`?"""
    for n in range(w.symbol_count):
        if rule_at(w, r).count == 1 and n != s:
            continue
        if position(w, n).resting > 0:
            for k in range(MAX_RESTING):
                if resting_at(w, n, k).active == 1 and resting_at(w, n, k).role == c.BY_ENTRY:
                    return True
    return False


@compiled
def since_entry(w: View, r: int, s: int) -> float:
    """Milliseconds since the last filled entry that rule `r` counts for symbol `s`; 0 while one is waiting, which may fill at any time."""
    if waits_for_entry(w, r, s):
        return 0.0
    last = position(w, s).last_entry if rule_at(w, r).count == 1 else ledger_of(w).last_entry
    return float(ledger_of(w).time - last)


@compiled
def note_entry(w: View, s: int) -> None:
    """An entry was filled: the pace of entries counts from it. One inside a bar counts from the bar's end."""
    ledger_of(w).last_entry = ledger_of(w).time
    position(w, s).last_entry = ledger_of(w).time
    tally_entry(w, s)


@compiled
def symbol_notional(w: View, s: int, resting: bool) -> float:
    """Value of the open position, with its resting entries and add steps if wanted."""
    p = position(w, s)
    value = p.notional if p.side != 0 else 0.0
    if resting and p.resting > 0:
        for n in range(MAX_RESTING):
            if resting_at(w, s, n).active == 1 and resting_at(w, s, n).role != c.BY_QUOTE:
                value += resting_at(w, s, n).quantity * resting_at(w, s, n).price * p.point_value * with_adds(w, s, n)
        value += more_notional(w, s)
    return value


@compiled
def with_adds(w: View, s: int, n: int) -> float:
    """How many times its own quantity a resting order may become: an entry brings its add steps."""
    order = resting_at(w, s, n)
    units = 1.0
    if order.role == c.BY_ENTRY:
        for m in range(plan_at(w, order.plan).add_count):
            units += plan_at(w, order.plan).add_fraction[m]
    return units


@compiled
def open_quantity(w: View, resting: bool) -> float:
    """Units held in all symbols, with those that may still fill if wanted."""
    total = 0.0
    for s in range(w.symbol_count):
        p = position(w, s)
        total += p.quantity if p.side != 0 else 0.0
        if resting and p.resting > 0:
            for n in range(MAX_RESTING):
                if resting_at(w, s, n).active == 1 and resting_at(w, s, n).role != c.BY_QUOTE:
                    total += resting_at(w, s, n).quantity * with_adds(w, s, n)
            total += more_units(w, s)
    return total


@compiled
def contracts_allowed(w: View, r: int) -> float:
    """The open quantity that rule `r` allows: its limit, and the highest tier the profit at the last reset has reached."""
    rule = rule_at(w, r)
    if math.isnan(rule.steps[0]):
        return rule.limit
    profit, allowed = snap(clock_of(w, rule.clock).counted_from - ledger_of(w).initial), rule.steps[1]
    for n in range(0, MAX_STEPS, 2):
        if not math.isnan(rule.steps[n]) and profit >= rule.steps[n]:
            allowed = rule.steps[n + 1]
    return min(allowed, rule.limit)


@compiled
def contracts_room(w: View, r: int, k: int) -> tuple[float, float, float]:
    """(units left, open quantity, limit) of a cap on contracts; a plan takes its add steps along."""
    units = float(max(1, most_units(w, k)))
    for n in range(plan_at(w, k).add_count):
        units += plan_at(w, k).add_fraction[n]
    used, limit = open_quantity(w, True), contracts_allowed(w, r)
    return (limit - used) / units, used, limit


@compiled
def withdraw_contracts(w: View, clock: int) -> None:
    """A reset may lower what is allowed: what could still fill is withdrawn where it would be too much."""
    for n in range(phase_at(w, ledger_of(w).phase).caps):
        r = cap_row(w, ledger_of(w).phase, n)
        if rule_at(w, r).code == c.CONTRACTS and rule_at(w, r).clock == clock and open_quantity(w, True) > contracts_allowed(w, r):
            for s in range(w.symbol_count):
                cancel_resting(w, s, -1, c.CANCELLED)
                refresh(w, s)


@compiled
def leverage_room(w: View, s: int, r: int, unit: float, value: float, price: float, k: int) -> tuple[float, float, float]:
    """(units left, notional of the symbol that leaves least, limit) of a cap on leverage.

    An entry that fills now is held against the equity it leaves: fee and slippage off. Where something fills later, add steps or resting
    entries of any symbol concerned, the equity is what is left when everything, this plan included, is stopped, less the rule's margin.
    """
    rule, plan = rule_at(w, r), plan_at(w, k)
    left, used, limit = math.inf, 0.0, math.inf
    worst, losses, budgets = worst_case(w)
    known = worst > -math.inf and not math.isnan(unit)
    if concerns(w, r, s):
        later = plan.entry_kind != c.MARKET or is_quotes(w, k) or plan.add_count > 0 or position(w, s).resting > 0
        equity = max(0.0, min(equity_now(w), worst) if later and known else equity_now(w))
        point = position(w, s).point_value
        lost = value * instrument_of(w, s).taker + flat_fee(instrument_of(w, s), point, True) + max(0.0, value - price * point)
        lost += unit if later and known else 0.0
        used, limit = symbol_notional(w, s, True), rule.limit * equity
        left = (limit * (1.0 - rule.margin if later else 1.0) - used) / (value + rule.limit * lost)
    for t in range(w.symbol_count):
        if known and t != s and concerns(w, r, t) and position(w, t).resting > 0:
            held, most = symbol_notional(w, t, True), rule.limit * (1.0 - rule.margin)
            room = (worst - held / most) / unit
            if room < left:
                left, used, limit = room, held, rule.limit * worst
    return left, used, limit


@compiled
def watch_more_caps(w: View, s: int, r: int) -> tuple[float, float]:
    """(measured value, limit) of the caps of this module after an entry of symbol `s`; (-inf, inf) for any other rule."""
    rule, ledger = rule_at(w, r), ledger_of(w)
    if rule.code == c.CONTRACTS:
        return open_quantity(w, False), contracts_allowed(w, r)
    if rule.code == c.POSITION_NOTIONAL:
        return symbol_notional(w, s, True), rule.limit * ledger.initial
    if rule.code == c.LEVERAGE_CAP and concerns(w, r, s):
        return symbol_notional(w, s, False), rule.limit * equity_now(w)
    return -math.inf, math.inf


@compiled
def watch_entry(w: View, s: int, r: int, side: int) -> None:
    """Hold a filled entry against a cap of which no quantity is the question: its pace, its symbol, its side, another account's."""
    rule, ledger = rule_at(w, r), ledger_of(w)
    if rule.code == c.MIN_INTERVAL:
        last = position(w, s).last_entry if rule.count == 1 else ledger.last_entry
        if last > 0:
            passed, shortest = float(ledger.time - last), float(rule.duration_ms)
            note_headroom(w, r, passed, shortest, passed - shortest, ledger.time)
            if passed < shortest:
                remember_breach(w, r, passed, shortest)
    elif rule.code == c.INSTRUMENTS and not concerns(w, r, s):
        remember_breach(w, r, float(s), 0.0)
    elif rule.code == c.DIRECTION and rule.direction != 0 and rule.direction != side:
        remember_breach(w, r, float(side), float(rule.direction))
    elif rule.code == c.OTHER_ACCOUNTS and opposes(w, s, side):
        remember_breach(w, r, float(side), float(-side))


@compiled
def watch_orders(w: View) -> None:
    """An order was placed: hold those that rest against the rules."""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).caps):
        r = cap_row(w, ledger.phase, n)
        if rule_at(w, r).code == c.OPEN_ORDERS:
            value, limit = float(ledger.resting), float(rule_at(w, r).count)
            note_headroom(w, r, value, limit, limit - value, ledger.time)
            if value > limit:
                remember_breach(w, r, value, limit)
