"""Fills held against the calendar: windows around releases, and times by which everything had to be closed."""

from __future__ import annotations

from runner.machine import codes as c
from runner.machine.breaches import broken_by, note_headroom
from runner.machine.calendar import action_of, fill_times, forbidden, window_from
from runner.machine.compiled import compiled
from runner.machine.state import View
from runner.machine.view import date_row, ledger_of, phase_at, position, rule_at, span_at, window_at


@compiled
def watch_windows(w: View, s: int, action: int) -> None:
    """Hold a fill that has just been booked against the windows around releases; one inside a bar may have come at any time of it."""
    phase = ledger_of(w).phase
    if phase_at(w, phase).news < 0 or action == 0:
        return
    for m in range(phase_at(w, phase).dates):
        r = date_row(w, phase, m)
        if rule_at(w, r).code == c.NEWS and (rule_at(w, r).forbids & action) != 0:
            watch_window(w, r, s, action)


@compiled
def watch_window(w: View, r: int, s: int, action: int) -> None:
    """The closest approach of rule `r`, and what a fill inside a window does."""
    rule = rule_at(w, r)
    first, last = fill_times(w, s)
    n = window_from(w, r, s, first)
    if n > span_at(w, r, 2 * s) or (n < 0 and span_at(w, r, 2 * s + 1) > span_at(w, r, 2 * s)):
        before = window_at(w, (n if n >= 0 else span_at(w, r, 2 * s + 1)) - 1)
        since = float(first - before.at)
        note_headroom(w, r, since, float(rule.grace_ms), since - rule.grace_ms, first)
    if n < 0:
        return
    release = window_at(w, n).at
    early, late = float(release - last), float(first - release)
    value, limit = (late, float(rule.grace_ms)) if late > 0.0 else (max(early, 0.0), float(rule.duration_ms))
    note_headroom(w, r, value, limit, value - limit, first)
    start = window_at(w, n).start
    if start > first and start >= last:
        return
    whole = forbidden(rule.forbids, rule.members[s >> 6], s & 63, action, first, release, rule.duration_ms, rule.grace_ms) and forbidden(
        rule.forbids, rule.members[s >> 6], s & 63, action, last, release, rule.duration_ms, rule.grace_ms
    )
    if rule.severity == c.ADJUST:
        position(w, s).voided = 1
    broken_by(w, r, value, limit, 0 if whole else 1)


@compiled
def watch_flat_times(w: View, s: int, reason: int) -> None:
    """A position that closes inside a bar in which everything had to be closed may have been held too long."""
    phase = ledger_of(w).phase
    first, last = fill_times(w, s)
    if phase_at(w, phase).session_flat < 0 or first == last or action_of(reason) == 0:
        return
    for m in range(phase_at(w, phase).dates):
        r = date_row(w, phase, m)
        if rule_at(w, r).code == c.SESSION_FLAT:
            n = window_from(w, r, s, first + 1)
            if n >= 0 and window_at(w, n).at < last:
                broken_by(w, r, float(last - window_at(w, n).at), 0.0, 1)
