"""The equity record while it is written: one row at a time, of which only what changes is kept.

The present instant's row is filled in by whoever books or judges it and then taken. What it shares with the row before stays in
the stretch both belong to; its high, low and close become a mark unless the account is flat.
"""

from __future__ import annotations

from runner.machine.compiled import compiled
from runner.machine.state import View
from runner.machine.view import ledger_of, mark_at, phase_at, row_of, stretch_at
from runner.model.records import MAX_FLOORS


@compiled
def begin_row(w: View, high: float, low: float, close: float) -> None:
    """The account as it stands at this instant; the floors are filled in by whoever judges."""
    row, ledger = row_of(w), ledger_of(w)
    row.balance = ledger.balance
    row.high = high
    row.low = low
    row.close = close
    row.phase = ledger.phase
    row.open_positions = ledger.open_positions


@compiled
def take_row(w: View) -> None:
    """The row is complete: keep it."""
    row, ledger = row_of(w), ledger_of(w)
    flat = row.open_positions == 0 and row.high == row.balance and row.low == row.balance and row.close == row.balance
    join_stretch(w, flat)
    if not flat:
        put_mark(w, ledger.marks, row.high, row.low, row.close)
        ledger.marks += 1
    ledger.rows += 1


@compiled
def put_mark(w: View, n: int, high: float, low: float, close: float) -> None:
    """Write mark `n`."""
    mark = mark_at(w, n)
    mark.high = high
    mark.low = low
    mark.close = close


@compiled
def join_stretch(w: View, flat: bool) -> None:
    """The row goes on with the last stretch, or begins the next one."""
    row, ledger = row_of(w), ledger_of(w)
    if ledger.stretches > 0 and goes_on(w, flat):
        return
    stretch = stretch_at(w, ledger.stretches)
    stretch.row = ledger.rows
    stretch.balance = row.balance
    for n in range(min(phase_at(w, row.phase).floors, MAX_FLOORS)):
        stretch.floor[n] = row.floor[n]
    stretch.phase = row.phase
    stretch.open_positions = row.open_positions
    stretch.flat = 1 if flat else 0
    ledger.stretches += 1


@compiled
def goes_on(w: View, flat: bool) -> bool:
    """Does the row share what the last stretch says?"""
    row, last = row_of(w), stretch_at(w, ledger_of(w).stretches - 1)
    if row.balance != last.balance or row.phase != last.phase or row.open_positions != last.open_positions or (last.flat == 1) != flat:
        return False
    for n in range(min(phase_at(w, row.phase).floors, MAX_FLOORS)):
        if row.floor[n] != last.floor[n]:
            return False
    return True


@compiled
def has_equity_room(w: View) -> bool:
    """Is there room for one more row, whatever it holds?"""
    return ledger_of(w).marks < w.marks_room and ledger_of(w).stretches < w.stretches_room
