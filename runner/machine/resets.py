"""Resets: every clock whose day is over begins the next one, from what stood then or, inside bars, from the hardest it may have met."""

from __future__ import annotations

from runner.machine.compiled import compiled
from runner.machine.money import snap
from runner.machine.phases import roll
from runner.machine.state import View
from runner.machine.view import clock_of, ledger_of, position


@compiled
def roll_clocks(w: View, time: int, equity: float) -> None:
    """Roll every clock whose reset has come, with balance and equity as they are."""
    ledger = ledger_of(w)
    for k in range(w.clock_count):
        while clock_of(w, k).next_time <= time and ledger.ended == 0:
            roll(w, k, ledger.balance, equity, ledger.balance, equity)


@compiled
def roll_after_bars(w: View, time: int, high: float, low: float, equity: float) -> None:
    """The same after bars: a reset inside them gets the harder snapshot, the highest balance and equity, every symbol at its best."""
    ledger = ledger_of(w)
    most, least = ledger.batch_balance, ledger.batch_balance
    for s in range(w.symbol_count):
        most += position(w, s).realised_high
        least += position(w, s).realised_low
    for k in range(w.clock_count):
        while clock_of(w, k).next_time <= time and ledger.ended == 0:
            if clock_of(w, k).next_time < time:
                roll(w, k, snap(max(most, ledger.balance)), max(high, equity), snap(min(least, ledger.balance)), min(low, equity))
            else:
                roll(w, k, ledger.balance, equity, ledger.balance, equity)


@compiled
def any_reset(w: View, time: int) -> bool:
    """Has a clock's reset come?"""
    for k in range(w.clock_count):
        if clock_of(w, k).next_time <= time:
            return True
    return False


@compiled
def inside_reset(w: View, time: int) -> bool:
    """Is a reset strictly inside the bars that close at `time`?"""
    for k in range(w.clock_count):
        if clock_of(w, k).next_time < time:
            return True
    return False
