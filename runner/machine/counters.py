"""What counter rules count: days that were traded, and the time since something last happened."""

from __future__ import annotations

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.state import FOREVER, View
from runner.machine.view import counter_row, ledger_of, phase_at, rule_at, rule_state


@compiled
def since(w: View, r: int) -> int:
    """The instant from which an inactivity rule or a time limit counts; FOREVER where it has not begun to."""
    rule, ledger = rule_at(w, r), ledger_of(w)
    if rule.code == c.INACTIVITY:
        return int(ledger.active_at[rule.event])
    return int(ledger.first_open if rule.event == c.ON_OPEN else ledger.phase_started)


@compiled
def has_deadline(code: int) -> bool:
    """Does a rule of this code end a phase at an instant?"""
    return code == c.INACTIVITY or code == c.TIME_LIMIT


@compiled
def set_deadline(w: View) -> None:
    """The instant at which inactivity or a time limit would next be over; what is written down already waits for a new beginning."""
    ledger = ledger_of(w)
    ledger.deadline = FOREVER
    for n in range(phase_at(w, ledger.phase).counters):
        r = counter_row(w, ledger.phase, n)
        if has_deadline(rule_at(w, r).code):
            begun = since(w, r)
            if begun < FOREVER and begun != rule_state(w, r).noted:
                ledger.deadline = min(ledger.deadline, begun + rule_at(w, r).duration_ms)


@compiled
def note_activity(w: View, event: int, time: int) -> None:
    """A trade was closed, a position opened or an order sent: what waits for that begins anew."""
    ledger = ledger_of(w)
    ledger.active_at[event] = time
    first = event == c.ON_OPEN and ledger.first_open == FOREVER
    if first:
        ledger.first_open = time
    if (phase_at(w, ledger.phase).rests >> event) & 1 == 1 or (first and phase_at(w, ledger.phase).time_limit >= 0):
        set_deadline(w)


@compiled
def count_day(w: View, r: int) -> None:
    """The running day counts for the trading days of rule `r`, once."""
    ledger, state = ledger_of(w), rule_state(w, r)
    if state.day == ledger.days + 1:
        return
    state.day = ledger.days + 1
    state.days += 1
    if r == phase_at(w, ledger.phase).trading_days:
        ledger.day_counted = 1
        ledger.days_counted += 1


@compiled
def count_opening(w: View) -> None:
    """A position was opened: the day counts where openings do."""
    ledger = ledger_of(w)
    if phase_at(w, ledger.phase).trading_days < 0:
        return
    for n in range(phase_at(w, ledger.phase).counters):
        r = counter_row(w, ledger.phase, n)
        if rule_at(w, r).code == c.TRADING_DAYS and rule_at(w, r).event == c.ON_OPEN:
            count_day(w, r)
