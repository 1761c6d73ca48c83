"""The share one day or one trade has of the whole: what it caps, raises and holds back, and the profit that is credited."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.money import snap
from runner.machine.state import View
from runner.machine.view import clock_of, counter_row, day_at, ledger_of, phase_at, rule_at, trade_at


@compiled
def plain_target(w: View) -> float:
    """The phase's profit target in money as it is written; NaN without one."""
    r = phase_at(w, ledger_of(w).phase).target
    if r < 0:
        return math.nan
    rule = rule_at(w, r)
    return rule.amount if not math.isnan(rule.amount) else snap(rule.limit * ledger_of(w).initial)


@compiled
def target_money(w: View) -> float:
    """The profit target in money as consistency rules raise it; NaN without one."""
    ledger, target = ledger_of(w), plain_target(w)
    if phase_at(w, ledger.phase).consistency >= 0 and not math.isnan(target):
        for n in range(phase_at(w, ledger.phase).counters):
            r = counter_row(w, ledger.phase, n)
            if rule_at(w, r).code == c.CONSISTENCY and rule_at(w, r).severity == c.RAISE_TARGET:
                target = max(target, total_needed(w, r))
    return target


@compiled
def today(w: View) -> float:
    """Closed result of the running day; what is paid out is no loss."""
    return snap(ledger_of(w).balance - clock_of(w, 0).counted_from)


@compiled
def today_of(w: View, window: int) -> float:
    """The running day's closed result as far as it lies in the window: a payout in the middle of a day begins its cycle there."""
    ledger = ledger_of(w)
    return today(w) if window == c.OVER_PHASE else snap(ledger.balance - ledger.cycle_from)


@compiled
def best_of(w: View, r: int) -> float:
    """The best day, the running one included, or the best trade of the rule's window; at least 0."""
    ledger, window = ledger_of(w), rule_at(w, r).window
    if rule_at(w, r).scope == c.OF_TRADE:
        return float(ledger.best_trade[window])
    return float(max(ledger.best_day[window], today_of(w, window)))


@compiled
def whole_of(w: View, r: int) -> float:
    """What the rule's share is of: net result, sum of the winning days, or the phase's target."""
    ledger, rule = ledger_of(w), rule_at(w, r)
    if rule.denominator == c.PHASE_TARGET:
        return plain_target(w)
    if rule.denominator == c.SUM_POSITIVE:
        return float(ledger.sum_positive[rule.window] + max(0.0, today_of(w, rule.window)))
    return float(ledger.balance - ledger.base[rule.window])


@compiled
def cap_of(w: View, r: int) -> float:
    """The most one day or trade may bring, in money; 0 when there is no profit to share."""
    return snap(max(0.0, rule_at(w, r).limit * whole_of(w, r)))


@compiled
def best_share(w: View, r: int) -> float:
    """The best day or trade as a share of the whole; inf when that is not positive."""
    whole = whole_of(w, r)
    return best_of(w, r) / whole if whole > 0.0 else math.inf


@compiled
def share_holds(w: View, r: int) -> bool:
    """Is the best day or trade within its share? LE: up to and including the limit; LT: only below it."""
    gap = snap(best_of(w, r) - rule_at(w, r).limit * whole_of(w, r))
    return gap < 0.0 if rule_at(w, r).compare == c.LT else gap <= 0.0


@compiled
def total_needed(w: View, r: int) -> float:
    """The profit that would bring the best day or trade down to its share."""
    return snap(best_of(w, r) / rule_at(w, r).limit)


@compiled
def note_trade(w: View, profit: float) -> None:
    """A closed trade: the best one so far, and what of it is above a cap on one trade."""
    ledger, over = ledger_of(w), 0.0
    for window in range(2):
        ledger.best_trade[window] = max(ledger.best_trade[window], profit)
    if phase_at(w, ledger.phase).profit_cap < 0 and phase_at(w, ledger.phase).consistency < 0:
        return
    for n in range(phase_at(w, ledger.phase).counters):
        rule = rule_at(w, counter_row(w, ledger.phase, n))
        if rule.code == c.PROFIT_CAP and not math.isnan(rule.limit):
            over = max(over, profit - rule.limit)
        elif rule.code == c.CONSISTENCY and rule.severity == c.ADJUST and rule.scope == c.OF_TRADE and rule.denominator == c.PHASE_TARGET:
            over = max(over, profit - rule.limit * plain_target(w))
    ledger.over_cap += over


@compiled
def capped_day(w: View, result: float) -> float:
    """A day's result after the caps on one trade and one day and after a day's share of the phase target."""
    ledger = ledger_of(w)
    result -= ledger.over_cap
    if phase_at(w, ledger.phase).profit_cap < 0 and phase_at(w, ledger.phase).consistency < 0:
        return result
    for n in range(phase_at(w, ledger.phase).counters):
        rule = rule_at(w, counter_row(w, ledger.phase, n))
        if rule.code == c.PROFIT_CAP and not math.isnan(rule.amount):
            result = min(result, rule.amount)
        elif rule.code == c.CONSISTENCY and rule.severity == c.ADJUST and rule.scope == c.OF_DAY and rule.denominator == c.PHASE_TARGET:
            result = min(result, rule.limit * plain_target(w))
    return result


@compiled
def moving_cap(w: View, scope: int) -> float:
    """The smallest cap on one day or trade that moves with the profit and is not credited above; inf without one."""
    ledger, cap = ledger_of(w), math.inf
    for n in range(phase_at(w, ledger.phase).counters):
        r = counter_row(w, ledger.phase, n)
        rule = rule_at(w, r)
        if rule.code == c.CONSISTENCY and rule.severity == c.ADJUST and rule.scope == scope and rule.denominator != c.PHASE_TARGET:
            cap = min(cap, cap_of(w, r))
    return cap


@compiled
def credited(w: View) -> float:
    """Profit that counts towards the target, the running day included."""
    ledger, kept = ledger_of(w), capped_day(w, today(w))
    if phase_at(w, ledger.phase).consistency < 0:
        return snap(ledger.credited_past + kept)
    day_cap, trade_cap = moving_cap(w, c.OF_DAY), moving_cap(w, c.OF_TRADE)
    counted = ledger.credited_past + kept
    if day_cap < math.inf:
        counted = min(kept, day_cap)
        for d in range(ledger.first_day, ledger.days):
            counted += min(day_at(w, d).credited, day_cap)
    if trade_cap < math.inf:
        for t in range(ledger.first_trade, ledger.trades):
            counted -= max(0.0, trade_at(w, t).profit - trade_cap)
    return snap(counted)


@compiled
def at_most_credited(w: View) -> float:
    """No less than `credited`, without looking at every day and trade: what a cap that moves with the profit takes off is left in."""
    return snap(ledger_of(w).credited_past + capped_day(w, today(w)))


@compiled
def end_day(w: View) -> None:
    """The day that ends counts for the sums and best days of phase and payout cycle."""
    ledger = ledger_of(w)
    for window in range(2):
        result = today_of(w, window)
        ledger.sum_positive[window] += max(0.0, result)
        ledger.best_day[window] = max(ledger.best_day[window], result)


@compiled
def begin_window(w: View, window: int, base: float) -> None:
    """What a phase or a payout cycle counts starts over; its result is counted from the balance `base`."""
    ledger = ledger_of(w)
    ledger.base[window] = base
    if window == c.OVER_PAYOUT_CYCLE:
        ledger.cycle_from = base
    ledger.sum_positive[window] = 0.0
    ledger.best_day[window] = 0.0
    ledger.best_trade[window] = 0.0
