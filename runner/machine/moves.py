"""Stops that stand elsewhere than before: written down, and counted against the rules on moving them."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.breaches import note_headroom
from runner.machine.compiled import compiled
from runner.machine.judge import breach
from runner.machine.state import View
from runner.machine.view import cap_row, clock_of, ledger_of, phase_at, position, rule_at, stop_at


@compiled
def note_stops(w: View) -> None:
    """Write down every stop that stands elsewhere than when it was last written down; count those that were moved."""
    ledger, moved = ledger_of(w), 0
    for s in range(w.symbol_count):
        p = position(w, s)
        if p.side == 0 or (p.number == p.noted_number and p.effective_stop == p.noted_stop) or math.isinf(p.effective_stop):
            continue
        row = stop_at(w, ledger.stops)
        row.time = ledger.time
        row.position = p.number
        row.symbol = s
        row.reason = p.effective_reason
        row.price = p.effective_stop
        ledger.stops += 1
        moved += 1 if p.number == p.noted_number else 0
        p.noted_stop = p.effective_stop
        p.noted_number = p.number
    if moved > 0 and phase_at(w, ledger.phase).modifications >= 0:
        count_moves(w, moved)


@compiled
def count_moves(w: View, moved: int) -> None:
    """Hold the day's moved stops against the rules; going over one breaches it once a day."""
    ledger, attempt = ledger_of(w), ledger_of(w).phase_number
    for k in range(w.clock_count):
        clock_of(w, k).moved += moved
    for n in range(phase_at(w, ledger.phase).caps):
        r = cap_row(w, ledger.phase, n)
        if rule_at(w, r).code == c.MODIFICATIONS_PER_DAY:
            count, most = clock_of(w, rule_at(w, r).clock).moved, rule_at(w, r).count
            note_headroom(w, r, float(count), float(most), float(most - count), ledger.time)
            if count > most >= count - moved:
                breach(w, r, float(count), float(most), 0)
            if ledger.phase_number != attempt or ledger.ended == 1:
                return
