"""What the calendar makes the account do: leave in time, and be judged where it did not."""

from __future__ import annotations

from runner.machine import codes as c
from runner.machine.breaches import broken_by, note_headroom
from runner.machine.calendar import has_calendar, must_leave, next_turn, window_from
from runner.machine.compiled import compiled
from runner.machine.house import close_here
from runner.machine.orders import cancel_resting
from runner.machine.quotes import end_quotes
from runner.machine.state import View
from runner.machine.view import close_time, date_row, ledger_of, open_time, phase_at, position, rule_at, settings_of, symbol_of, window_at


@compiled
def leave_in_time(w: View, time: int) -> None:
    """Close what could not be closed later: before a window in which it could be filled, at a flat time, before a long break."""
    ledger = ledger_of(w)
    if settings_of(w).gate == 0 or not has_calendar(w):
        return
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.in_bar == 1 or (p.side == 0 and p.resting == 0):
            continue
        turn = next_turn(w, s, time)
        for m in range(phase_at(w, ledger.phase).dates):
            r = date_row(w, ledger.phase, m)
            if must_leave(w, r, s, time, turn):
                leave(w, s, time, c.BY_NEWS if rule_at(w, r).code == c.NEWS else c.BY_SESSION_FLAT)
                break


@compiled
def leave(w: View, s: int, time: int, reason: int) -> None:
    """Close at the open that follows at once, else, where the market is shut, at the last price; nothing waits any longer."""
    p = position(w, s)
    cancel_resting(w, s, c.BY_ENTRY, c.CANCELLED)
    end_quotes(w, s)
    if p.side == 0:
        return
    if p.cursor < symbol_of(w, s).last and open_time(w, p.cursor) == time:
        p.exit_reason = reason
    else:
        close_here(w, s, reason)


@compiled
def judge_held(w: View, time: int, opened: bool) -> None:
    """Positions held past a time by which everything had to be closed.

    Before the new bars open those times that lie inside the bar, or the break, that has just ended; after it the present instant.
    """
    ledger = ledger_of(w)
    if ledger.ended == 1 or phase_at(w, ledger.phase).session_flat < 0:
        return
    for s in range(w.symbol_count):
        p = position(w, s)
        since = last_turn(w, s, time)
        if p.side == 0 or since < 0:
            continue
        for m in range(phase_at(w, ledger.phase).dates):
            r = date_row(w, ledger.phase, m)
            if rule_at(w, r).code == c.SESSION_FLAT:
                n = window_from(w, r, s, time if opened else since + 1)
                at = window_at(w, n).at if n >= 0 else time + 1
                if p.opened < at and (at == time if opened else at < time):
                    note_headroom(w, r, float(time - at), 0.0, float(at - time), time)
                    broken_by(w, r, float(time - at), 0.0, 1 if p.opened > since and not opened else 0)


@compiled
def last_turn(w: View, s: int, time: int) -> int:
    """When the bar, or the break, of symbol `s` began that ends at `time`; -1 when neither does."""
    p, first = position(w, s), symbol_of(w, s).first
    if p.cursor > first and p.in_bar == 0 and close_time(w, p.cursor - 1) == time:
        return open_time(w, p.cursor - 1)
    opens = p.cursor < symbol_of(w, s).last and open_time(w, p.cursor) == time
    return close_time(w, p.cursor - 1) if opens and p.cursor > first else -1
