"""The stop deadline: how long a position may be without a stop for its full size, offence by offence."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.breaches import note_headroom
from runner.machine.compiled import compiled
from runner.machine.house import note_event
from runner.machine.judge import breach
from runner.machine.state import FOREVER, View
from runner.machine.view import counter_row, ledger_of, phase_at, position, rule_at, rule_state


@compiled
def stop_duty(w: View) -> int:
    """The rule row of the phase's stop deadline; -1 without one."""
    phase = ledger_of(w).phase
    for n in range(phase_at(w, phase).counters):
        if rule_at(w, counter_row(w, phase, n)).code == c.STOP_DEADLINE:
            return counter_row(w, phase, n)
    return -1


@compiled
def judge_stops(w: View, time: int) -> None:
    """Hold every missing stop against the deadline, and against the time to repair an offence, as they stand at `time`."""
    r = stop_duty(w)
    if r < 0:
        return
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.bare_from == 0:
            continue
        missing, limit = time - p.bare_from, rule_at(w, r).duration_ms
        note_headroom(w, r, float(missing), float(limit), float(limit - missing), time)
        if p.repair_by == 0 and missing > limit:
            offend(w, s, r, p.bare_from + limit, float(missing), float(limit))
        if p.repair_by > 0 and time > p.repair_by:
            p.repair_by = FOREVER
            breach(w, r, float(missing), float(limit + rule_at(w, r).grace_ms), 0)


@compiled
def offend(w: View, s: int, r: int, time: int, value: float, limit: float) -> None:
    """An offence at `time`: one of those that may be repaired, one that is only counted, or one too many."""
    p, rule, state = position(w, s), rule_at(w, r), rule_state(w, r)
    if state.count < rule.count:
        p.repair_by = time + rule.grace_ms
        state.count += 1
        note_event(w, r, c.DO_ALERT, value, limit)
        return
    p.repair_by = FOREVER
    if not math.isnan(rule.limit_2) and state.count + 1 < rule.limit_2:
        state.count += 1
        note_event(w, r, c.DO_ALERT, value, limit)
    else:
        breach(w, r, value, limit, 0)


@compiled
def hold_without_stop(w: View, s: int, time: int) -> None:
    """A position was opened: its stop is missing from now on."""
    p = position(w, s)
    p.held_from = time
    p.bare_from = time
    p.repair_by = 0


@compiled
def accept_stop(w: View, s: int, time: int, risk: float) -> None:
    """A stop for the full size stands; one that risks too much is an offence and does not count as one."""
    p, r = position(w, s), stop_duty(w)
    if r >= 0 and risk > rule_at(w, r).limit + 1e-12:
        p.bare_from = time if p.bare_from == 0 else p.bare_from
        if p.repair_by == 0:
            offend(w, s, r, time, risk, rule_at(w, r).limit)
        return
    p.bare_from = 0
    p.repair_by = 0


@compiled
def lose_stop(w: View, s: int, time: int, resized: int) -> None:
    """The stop is gone: the deadline counts from now where the rule starts it anew, else from the opening."""
    p, r = position(w, s), stop_duty(w)
    restarts = rule_at(w, r).restarts if r >= 0 else c.RESTART_NEVER
    anew = restarts == c.RESTART_ALWAYS or (restarts == c.RESTART_IF_RESIZED and resized == 1)
    if p.bare_from == 0 or anew:
        p.bare_from = time if anew else p.held_from
        p.repair_by = 0
    if r >= 0 and not anew and p.repair_by == 0 and time - p.bare_from > rule_at(w, r).duration_ms:
        offend(w, s, r, time, float(time - p.bare_from), float(rule_at(w, r).duration_ms))


@compiled
def release_position(w: View, s: int) -> None:
    """The position is gone, and with it the duty to protect it."""
    p = position(w, s)
    p.held_from = 0
    p.bare_from = 0
    p.repair_by = 0


@compiled
def stop_due(w: View) -> int:
    """The next instant by which a missing stop must be set; FOREVER when none is missing."""
    r, due = stop_duty(w), FOREVER
    if r < 0:
        return due
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.bare_from > 0:
            due = min(due, p.repair_by if p.repair_by > 0 else p.bare_from + rule_at(w, r).duration_ms)
    return due
