"""Floors: where they stand, what is held against them, and what they leave the gate."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.money import snap
from runner.machine.state import MAX_RESTING, View
from runner.machine.view import clock_of, floor_row, ledger_of, phase_at, position, resting_at, rule_at, rule_state


@compiled
def anchor_of(w: View, r: int) -> float:
    """The money a floor hangs from, as it stands now."""
    rule, ledger = rule_at(w, r), ledger_of(w)
    clock = clock_of(w, rule.clock)
    kind = rule.anchor
    if kind == c.DAY_PEAK_EQUITY:
        return clock.peak_equity
    if kind == c.DAY_START_EQUITY:
        return clock.start_equity
    if kind == c.DAY_START_BALANCE:
        return clock.start_balance
    if kind == c.MAX_DAY_START:
        return max(clock.start_balance, clock.start_equity)
    if kind == c.DAY_PEAK_BALANCE:
        return clock.peak_balance
    kept = rule_state(w, r).kept
    if kind == c.EOD_BALANCE_HIGH:
        return max(clock.eod_balance_high, kept)
    if kind == c.EOD_EQUITY_HIGH:
        return max(clock.eod_equity_high, kept)
    if kind == c.CLOSED_BALANCE_HIGH:
        return max(ledger.closed_high, kept)
    if kind == c.EQUITY_HIGH:
        return max(ledger.equity_high, kept)
    return ledger.initial


@compiled
def allowance(w: View, r: int, anchor: float) -> float:
    """The amount a rule allows to lose from its anchor."""
    rule = rule_at(w, r)
    if not math.isnan(rule.amount):
        return rule.amount
    return rule.amount_fraction * (anchor if rule.amount_of == c.OF_ANCHOR else ledger_of(w).initial)


@compiled
def symbol_limit(w: View, r: int) -> float:
    """What one symbol may lose in a day under rule `r`."""
    return allowance(w, r, anchor_of(w, r))


@compiled
def floor_from(w: View, r: int, anchor: float) -> float:
    """The floor that hangs from `anchor` and is not below its lowest level, or where it stands for good."""
    state = rule_state(w, r)
    if anchor != state.anchor:
        state.anchor = anchor
        state.floor = max(free_floor(w, r, anchor), state.least) if math.isnan(state.stands) else state.stands
    return state.floor


@compiled
def free_floor(w: View, r: int, anchor: float) -> float:
    """The floor that hangs from `anchor`, locked where the rule locks it."""
    lock = rule_at(w, r).lock
    floor = anchor - allowance(w, r, anchor)
    return snap(floor if math.isnan(lock) else min(floor, lock))


@compiled
def lock_level(w: View, r: int) -> float:
    """The balance from which floor `r` stands no lower than the initial balance for good; inf when it never does, or does so already."""
    trigger, state = rule_at(w, r).lock_trigger, rule_state(w, r)
    if math.isnan(trigger) or not math.isnan(state.stands) or state.least > -math.inf:
        return math.inf
    return snap(ledger_of(w).initial * (1.0 + trigger))


@compiled
def set_lock(w: View) -> None:
    """The balance at which the next floor comes to stand."""
    ledger = ledger_of(w)
    ledger.lock_at = math.inf
    for n in range(phase_at(w, ledger.phase).floors):
        ledger.lock_at = min(ledger.lock_at, lock_level(w, floor_row(w, ledger.phase, n)))


@compiled
def lock_floors(w: View) -> None:
    """Floors whose trigger the balance has reached stand no lower than the initial balance from now on."""
    ledger = ledger_of(w)
    for n in range(phase_at(w, ledger.phase).floors):
        r = floor_row(w, ledger.phase, n)
        if ledger.balance >= lock_level(w, r):
            state = rule_state(w, r)
            state.least = ledger.initial
            state.stood_at = ledger.time
            state.anchor = math.nan
    ledger.alert = math.inf  # what rungs watch may have moved: they look again
    set_lock(w)


@compiled
def just_stood(w: View, r: int) -> bool:
    """Did floor `r` come to stand no lower than the initial balance at this very instant?"""
    return bool(rule_state(w, r).stood_at == ledger_of(w).time and rule_state(w, r).least > -math.inf)


@compiled
def compared(w: View, r: int) -> bool:
    """Is floor `r` compared at this instant? One that is sampled at the reset only when its clock has just rolled."""
    if rule_at(w, r).sampling == c.CONTINUOUS:
        return True
    clock = clock_of(w, rule_at(w, r).clock)
    return bool(clock.started > ledger_of(w).previous_time)


@compiled
def floor_of(w: View, r: int) -> float:
    """The floor as it stands now."""
    return floor_from(w, r, anchor_of(w, r))


@compiled
def mild_anchor(w: View, r: int) -> float:
    """The least that a floor may hang from after a reset inside the bars just walked, whatever balance and equity it met there."""
    ledger, clock, kept = ledger_of(w), clock_of(w, rule_at(w, r).clock), rule_state(w, r).kept
    kind = rule_at(w, r).anchor
    if kind == c.DAY_START_EQUITY:
        return clock.mild_equity
    if kind == c.DAY_START_BALANCE:
        return clock.mild_balance
    if kind == c.MAX_DAY_START:
        return max(clock.mild_balance, clock.mild_equity)
    if kind == c.DAY_PEAK_EQUITY:
        return ledger.equity
    if kind == c.DAY_PEAK_BALANCE:
        return ledger.balance
    if kind == c.EOD_BALANCE_HIGH:
        return max(clock.mild_eod_balance, kept)
    return max(clock.mild_eod_equity, kept) if kind == c.EOD_EQUITY_HIGH else anchor_of(w, r)


@compiled
def doubtful(w: View, r: int, value: float) -> int:
    """1: the value breaks the floor only because a reset inside the bars just walked is taken to have met their highest."""
    clock = clock_of(w, rule_at(w, r).clock)
    if not (hangs_from_day(rule_at(w, r).anchor) or hangs_from_day_end(rule_at(w, r).anchor)):
        return 0
    if not ledger_of(w).previous_time < clock.started < ledger_of(w).time:
        return 0
    return 0 if broken(w, r, value, floor_from(w, r, mild_anchor(w, r))) else 1


@compiled
def lifted_anchor(w: View, r: int, anchor: float, peak: float) -> float:
    """The anchor if equity had first risen to `peak`; only anchors that follow live equity move."""
    kind = rule_at(w, r).anchor
    if kind == c.DAY_PEAK_EQUITY or kind == c.EQUITY_HIGH:
        return max(anchor, peak)
    return anchor


@compiled
def measured(w: View, r: int, equity: float) -> float:
    """What the rule holds against its floor."""
    return held_against(rule_at(w, r).measure, equity, ledger_of(w).balance)


@compiled
def held_against(measure: int, equity: float, balance: float) -> float:
    """Which of the two a floor is compared with."""
    if measure == c.BALANCE:
        return balance
    return min(equity, balance) if measure == c.MIN_BALANCE_EQUITY else equity


@compiled
def broken(w: View, r: int, value: float, floor: float) -> bool:
    """Has the value reached (or passed) the floor? Money is snapped before it is compared."""
    gap = snap(value - floor)
    return gap <= 0.0 if rule_at(w, r).compare == c.LE else gap < 0.0


@compiled
def worst_case(w: View) -> tuple[float, float, float]:
    """Worst-case equity, summed losses below entry, and summed give-back budgets of open and resting orders."""
    equity, losses, budgets = ledger_of(w).balance, 0.0, 0.0
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.side != 0:
            kept = max(p.best - p.give_back, -p.loss_cap) - p.realised
            equity += kept
            losses += max(0.0, -kept)
            budgets += p.give_back
        if p.quoting == 1 and p.side == 0:
            equity -= p.quote_loss
            losses += p.quote_loss
            budgets += p.quote_give_back
        if p.resting > 0:
            for n in range(MAX_RESTING):
                order = resting_at(w, s, n)
                if order.active == 1:
                    equity -= order.loss
                    losses += order.loss
                    budgets += order.give_back
    return equity, losses, budgets


@compiled
def hangs_from_balance(kind: int) -> bool:
    """Will a later floor follow what has been realised by then?"""
    return (
        kind == c.DAY_START_BALANCE
        or kind == c.MAX_DAY_START
        or kind == c.DAY_PEAK_BALANCE
        or kind == c.EOD_BALANCE_HIGH
        or kind == c.CLOSED_BALANCE_HIGH
    )


@compiled
def hangs_from_equity(kind: int) -> bool:
    """Will a later floor follow open profit?"""
    return (
        kind == c.DAY_START_EQUITY
        or kind == c.MAX_DAY_START
        or kind == c.DAY_PEAK_EQUITY
        or kind == c.EOD_EQUITY_HIGH
        or kind == c.EQUITY_HIGH
    )


@compiled
def hangs_from_day(kind: int) -> bool:
    """Is this anchor set anew every day?"""
    return c.INITIAL < kind < c.EOD_BALANCE_HIGH


@compiled
def hangs_from_day_end(kind: int) -> bool:
    """Does this anchor rise at resets?"""
    return kind == c.EOD_BALANCE_HIGH or kind == c.EOD_EQUITY_HIGH


@compiled
def room_under(w: View, r: int, equity: float, losses: float, budgets: float) -> tuple[float, float, float]:
    """What floor `r` leaves for a new plan's loss: (room for its loss, worst-case equity now, floor plus margin).

    The smallest of: worst-case equity (and balance, where that is measured) over the floor now; summed losses against the allowance
    where later floors follow the balance, or against the profit that makes a floor stand at the initial balance; summed give-back
    budgets where they follow open profit. A floor that stands, or a lock that worst-case equity clears, ends the last three.
    """
    rule = rule_at(w, r)
    anchor = anchor_of(w, r)
    amount = allowance(w, r, min(anchor, equity))
    margin = rule.margin * amount
    limit = floor_from(w, r, anchor) + margin
    worst = equity if rule.measure == c.EQUITY else min(equity, ledger_of(w).balance - losses)
    room = worst - limit
    if not math.isnan(rule_state(w, r).stands):
        return room, worst, limit
    later = math.inf
    if hangs_from_balance(rule.anchor):
        later = min(later, amount - margin - losses)
    if hangs_from_equity(rule.anchor):
        later = min(later, amount - margin - budgets)
    if later < room and not math.isnan(rule.lock):
        later = max(later, worst - rule.lock - margin)
    if lock_level(w, r) < math.inf:
        initial = ledger_of(w).initial
        room = min(room, max(rule.lock_trigger * initial - margin - losses, worst - initial - margin))
    return min(room, later), worst, limit


@compiled
def room_for_budgets(w: View, equity: float, budgets: float) -> float:
    """Give-back budget still free under the floors that follow open profit; inf when none does."""
    room = math.inf
    phase = ledger_of(w).phase
    for n in range(phase_at(w, phase).floors):
        r = floor_row(w, phase, n)
        if hangs_from_equity(rule_at(w, r).anchor):
            amount = allowance(w, r, min(anchor_of(w, r), equity))
            room = min(room, amount * (1.0 - rule_at(w, r).margin) - budgets)
    return room
