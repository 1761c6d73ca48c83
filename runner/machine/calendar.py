"""Times that are forbidden: windows around releases, times by which everything is closed, and what a bar has to do with them.

A symbol can act where one of its bars begins or ends. What must not happen in a window is therefore kept out of the whole bar that
reaches into it; what must be closed by a time leaves where the last bar before that time begins.
"""

from __future__ import annotations

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.state import FOREVER, View
from runner.machine.view import (
    close_time,
    date_row,
    ledger_of,
    open_time,
    phase_at,
    position,
    rule_at,
    settings_of,
    span_at,
    symbol_of,
    window_at,
)


@compiled
def forbidden(forbids: int, members: int, s: int, action: int, time: int, release: int, before_ms: int, after_ms: int) -> bool:
    """Is `action` (a bit of `Forbidden`) on symbol `s` at `time` inside the window around `release`, and forbidden there?

    forbids: bits of what the rule forbids. members: of the bits of the symbols it targets the word that `s` is in; `s`: its bit there.
    Both edges belong to the window.
    """
    inside = release - before_ms <= time <= release + after_ms
    return inside and (forbids & action) != 0 and ((members >> s) & 1) == 1


@compiled
def has_calendar(w: View) -> bool:
    """Has the present phase any such rule?"""
    phase = phase_at(w, ledger_of(w).phase)
    return bool(phase.session_flat >= 0 or phase.news >= 0)


@compiled
def window_from(w: View, r: int, s: int, time: int) -> int:
    """The first window of rule `r` for symbol `s` that ends at `time` or later; -1 when there is none."""
    low, end = span_at(w, r, 2 * s), span_at(w, r, 2 * s + 1)
    high = end
    while low < high:
        middle = (low + high) // 2
        if window_at(w, middle).end < time:
            low = middle + 1
        else:
            high = middle
    return low if low < end else -1


@compiled
def next_turn(w: View, s: int, time: int) -> int:
    """When symbol `s` can act next after `time`: where its bar ends, or begins after a break; `time` itself after its last bar."""
    p = position(w, s)
    if p.in_bar == 1:
        return close_time(w, p.cursor)
    if p.cursor >= symbol_of(w, s).last:
        return time
    opens = open_time(w, p.cursor)
    return close_time(w, p.cursor) if opens == time else opens


@compiled
def must_leave(w: View, r: int, s: int, time: int, turn: int) -> bool:
    """Must a position of symbol `s` be closed at `time`, because at its next turn it would be too late for rule `r`?"""
    rule = rule_at(w, r)
    n = window_from(w, r, s, time)
    if n < 0:
        return False
    window = window_at(w, n)
    if rule.code == c.NEWS:
        return bool(rule.action == c.DO_FLATTEN and time < window.start <= turn)
    return bool(time <= window.at < turn)


@compiled
def keeps_out(w: View, s: int, now: bool, time: int) -> tuple[int, int, int]:
    """Which rule keeps an entry of symbol `s` out: (row, milliseconds to what it is about, the rule's own); row -1 when none does.

    now: it would fill at once; otherwise it would wait through the bar that begins.
    """
    if settings_of(w).gate == 0 or not has_calendar(w):
        return -1, 0, 0
    phase, turn = ledger_of(w).phase, next_turn(w, s, time)
    for m in range(phase_at(w, phase).dates):
        r = date_row(w, phase, m)
        rule = rule_at(w, r)
        if rule.code == c.SESSION_FLAT:
            n = window_from(w, r, s, time + 1)
            if n >= 0 and (window_at(w, n).start <= time or window_at(w, n).at < turn):
                return r, window_at(w, n).at - time, rule.duration_ms
        elif rule.code == c.NEWS:
            n = window_from(w, r, s, time)
            if n >= 0 and too_near(rule.forbids, rule.action, window_at(w, n).start, now, time, turn):
                release = window_at(w, n).at
                return r, release - time, rule.duration_ms if release >= time else rule.grace_ms
    return -1, 0, 0


@compiled
def too_near(forbids: int, action: int, start: int, now: bool, time: int, turn: int) -> bool:
    """May an entry at `time`, or one that waits until `turn`, not stand before a window that begins at `start` and is not over yet?"""
    if action == c.DO_FLATTEN and start <= turn:
        return True
    if now:
        return start <= time and (forbids & c.FORBID_OPEN) != 0
    return start < turn and (forbids & c.FORBID_ACTIVATION) != 0


@compiled
def fill_times(w: View, s: int) -> tuple[int, int]:
    """When a fill of symbol `s` can have happened that is booked now: one instant, or from the beginning of its bar to its end."""
    p, time = position(w, s), ledger_of(w).time
    if p.in_bar == 1 and open_time(w, p.cursor) < time:
        return open_time(w, p.cursor), time
    return time, time


@compiled
def action_of(reason: int) -> int:
    """What a fill that closes is called around releases; 0 for what nobody does: the end of a phase or of the data."""
    if reason == c.BY_TARGET:
        return c.FORBID_TARGET
    stops = reason == c.BY_STOP or reason == c.BY_TRAIL or reason == c.BY_BREAK_EVEN or reason == c.BY_ADVERSE
    if stops or reason == c.BY_DEFENCE or reason == c.BY_LIQUIDATION:
        return c.FORBID_STOP
    return 0 if reason == c.BY_PHASE_END or reason == c.BY_END_OF_DATA else c.FORBID_CLOSE


@compiled
def set_calendar(w: View) -> None:
    """Work out the instant from which the next window or flat time is near, so that quiet bars need one comparison each."""
    ledger = ledger_of(w)
    ledger.calendar = FOREVER
    if not has_calendar(w):
        return
    for m in range(phase_at(w, ledger.phase).dates):
        r = date_row(w, ledger.phase, m)
        for s in range(w.symbol_count):
            n = window_from(w, r, s, ledger.time + 1)
            if n >= 0:
                ledger.calendar = min(ledger.calendar, window_at(w, n).start - settings_of(w).longest_bar)
