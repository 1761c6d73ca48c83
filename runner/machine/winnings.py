"""Profit that our own ladder watches: the running day's and one trade's, as shares of the phase's target or of all its profit.

Both grow as equity rises, so what is kept for quiet bars is a level from above: `rise` of the ledger (equity) and of each position
(its net result). Below them no rung on profit fires, and none comes closer than it ever was.
"""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.breaches import note_headroom
from runner.machine.compiled import compiled
from runner.machine.consistency import plain_target
from runner.machine.state import View
from runner.machine.stops import open_result
from runner.machine.view import clock_of, ledger_of, phase_at, position, rule_at, rule_state, rung_row

SLACK = 1e-9  # share of the account: far more than rounding, far less than a cent


@compiled
def share(part: float, rest: float, target: float) -> float:
    """`part` as a share of the target, or of itself and the rest of the profit; 0 where there is no profit to be a share of."""
    if not math.isnan(target):
        return part / target
    return part / (part + rest) if rest > 0.0 and part > 0.0 else 0.0


@compiled
def part_at(wanted: float, rest: float, target: float) -> float:
    """The part whose share is `wanted`: the inverse of `share`; inf where there is none."""
    if not math.isnan(target):
        return wanted * target
    return wanted * rest / (1.0 - wanted) if rest > 0.0 and wanted < 1.0 else math.inf


@compiled
def before_today(w: View, r: int) -> float:
    """The phase's closed profit when the clock of rung `r` last rolled."""
    return clock_of(w, rule_at(w, r).clock).counted_from - ledger_of(w).base[c.OVER_PHASE]


@compiled
def day_share(w: View, r: int, equity: float) -> float:
    """The running day's profit, open result included, as a share."""
    today = equity - clock_of(w, rule_at(w, r).clock).counted_from
    return share(today, before_today(w, r), plain_target(w))


@compiled
def trade_result(w: View, s: int) -> float:
    """Net result of the open position, its open part at the mark."""
    return position(w, s).realised + open_result(w, s, position(w, s).mark)


@compiled
def closed_elsewhere(w: View, s: int) -> float:
    """The phase's closed profit without what the open position brought."""
    return ledger_of(w).balance - ledger_of(w).base[c.OVER_PHASE] - position(w, s).realised


@compiled
def trade_share(w: View, s: int) -> float:
    """The open position's net result as a share."""
    return share(trade_result(w, s), closed_elsewhere(w, s), plain_target(w))


@compiled
def has_acted(w: View, s: int, n: int) -> bool:
    """Has rung `n` of the phase acted on this position already?"""
    return (position(w, s).acted >> (n & 63)) & 1 == 1


@compiled
def set_rise(w: View) -> None:
    """Work out the equity, and each position's result, at which a rung on profit fires or comes closest."""
    ledger = ledger_of(w)
    ledger.rise = math.inf
    for s in range(w.symbol_count):
        position(w, s).rise = math.inf
    slack = SLACK * ledger.initial
    for n in range(phase_at(w, ledger.phase).rungs):
        r = rung_row(w, ledger.phase, n)
        rule, state = rule_at(w, r), rule_state(w, r)
        nearest = -math.inf if state.worst_headroom == math.inf else state.worst_value
        if rule.measure == c.PROFIT_SHARE:
            wanted = min(nearest, rule.limit) if state.active_until == 0 else nearest
            ledger.rise = min(ledger.rise, level_of_day(w, r, wanted) - slack)
        elif rule.measure == c.TRADE_SHARE:
            for s in range(w.symbol_count):
                p = position(w, s)
                if p.side != 0 and not has_acted(w, s, n):
                    wanted = min(nearest, rule.limit)
                    p.rise = min(p.rise, level_of_trade(w, s, wanted) - slack)


@compiled
def level_of_day(w: View, r: int, wanted: float) -> float:
    """The equity at which the day's share is `wanted`."""
    if wanted == -math.inf:
        return wanted
    return clock_of(w, rule_at(w, r).clock).counted_from + part_at(wanted, before_today(w, r), plain_target(w))


@compiled
def level_of_trade(w: View, s: int, wanted: float) -> float:
    """The net result at which the position's share is `wanted`."""
    if wanted == -math.inf:
        return wanted
    return part_at(wanted, closed_elsewhere(w, s), plain_target(w))


@compiled
def risen(w: View, equity: float) -> bool:
    """Is the account, or a position, where a rung on profit acts or comes closest?"""
    if equity >= ledger_of(w).rise:
        return True
    if phase_at(w, ledger_of(w).phase).trade_rungs > 0:
        for s in range(w.symbol_count):
            if position(w, s).side != 0 and trade_result(w, s) >= position(w, s).rise:
                return True
    return False


@compiled
def note_share(w: View, r: int, value: float) -> bool:
    """Write down how near rung `r` is; True when its condition holds."""
    limit = rule_at(w, r).limit
    note_headroom(w, r, value, limit, limit - value, ledger_of(w).time)
    return value >= limit - 1e-12
