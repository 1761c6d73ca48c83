"""A strategy's own habits: pauses after trades, entries a day, and how much of the quantity its last results leave."""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.house import equity_now
from runner.machine.state import MAX_RESTING, View
from runner.machine.tally import DAY_MS
from runner.machine.view import clock_of, habits_of, ledger_of, plan_at, position, resting_at, tally_of


@compiled
def waiting_entries(w: View, strategy: int, s: int) -> int:
    """Entries of a strategy that rest on symbol `s`, or on any where `s` is the number of symbols."""
    count = 0
    for t in range(w.symbol_count):
        if (s == w.symbol_count or t == s) and position(w, t).resting > 0:
            for n in range(MAX_RESTING):
                order = resting_at(w, t, n)
                if order.active == 1 and order.role == c.BY_ENTRY and plan_at(w, order.plan).strategy == strategy:
                    count += 1
    return count


@compiled
def entries_today(w: View, strategy: int, s: int) -> int:
    """Entries since midnight UTC, those that still wait included."""
    tally = tally_of(w, strategy, s)
    filled = tally.entries if tally.day == ledger_of(w).time // DAY_MS else 0
    return filled + waiting_entries(w, strategy, s)


@compiled
def since(w: View, then: int) -> float:
    """Milliseconds since `then`; inf where it never was."""
    return float(ledger_of(w).time - then) if then > 0 else math.inf


@compiled
def held_back(w: View, s: int, k: int) -> tuple[int, float, float]:
    """What the strategy's habits say no to: (code or NONE, value, limit)."""
    strategy = plan_at(w, k).strategy
    habits, every = habits_of(w, strategy), w.symbol_count
    if habits.cooldown_ms > 0 or habits.loss_cooldown_ms > 0:
        tally = tally_of(w, strategy, every if habits.cooldown_across == 1 else s)
        if since(w, tally.last_close) < habits.cooldown_ms:
            return c.COOLDOWN, since(w, tally.last_close), float(habits.cooldown_ms)
        if since(w, tally.last_loss) < habits.loss_cooldown_ms:
            return c.COOLDOWN, since(w, tally.last_loss), float(habits.loss_cooldown_ms)
    if habits.day_entries > 0:
        count = entries_today(w, strategy, every if habits.day_across == 1 else s)
        if count >= habits.day_entries:
            return c.ENTRIES_PER_DAY, float(count), float(habits.day_entries)
    if habits.interval_ms > 0:
        of = every if habits.interval_across == 1 else s
        passed = 0.0 if waiting_entries(w, strategy, of) > 0 else since(w, tally_of(w, strategy, of).last_entry)
        if passed < habits.interval_ms:
            return c.ENTRY_INTERVAL, passed, float(habits.interval_ms)
    return c.NONE, 0.0, 0.0


@compiled
def gauge(w: View, strategy: int, kind: int) -> float:
    """What steps of the quantity are held against."""
    ledger = ledger_of(w)
    if kind == c.OF_LOSING_STREAK:
        return float(tally_of(w, strategy, w.symbol_count).losing)
    if kind == c.OF_WINNING_STREAK:
        return float(tally_of(w, strategy, w.symbol_count).winning)
    equity = equity_now(w)
    if kind == c.OF_DRAWDOWN:
        return (ledger.equity_high - equity) / ledger.initial
    won = (equity - clock_of(w, 0).start_equity) / ledger.initial
    return won if kind == c.OF_DAY_PROFIT else -won


@compiled
def share_of_quantity(w: View, strategy: int) -> float:
    """The factor on the quantity: of each gauge the highest step that is reached, all gauges multiplied."""
    habits = habits_of(w, strategy)
    factor, step, kind = 1.0, 1.0, -1
    for n in range(habits.step_count):
        if habits.step_gauge[n] != kind:
            factor, step, kind = factor * step, 1.0, habits.step_gauge[n]
        if gauge(w, strategy, kind) >= habits.step_from[n] - 1e-12:
            step = habits.step_factor[n]
    return factor * step


@compiled
def kelly_risk(w: View, strategy: int, share: float) -> float:
    """Fraction of equity to risk: `share` of the Kelly fraction of the closed trades, within the strategy's bounds.

    With p the share won, a the mean loss and b the mean win in R, the growth of a stake f, p log(1 + b f) + (1 - p) log(1 - a f), is
    largest at f = p / a - (1 - p) / b.
    """
    habits, tally = habits_of(w, strategy), tally_of(w, strategy, w.symbol_count)
    count = tally.wins + tally.losses
    if count < habits.kelly_trades or count == 0:
        return habits.kelly_start
    if tally.wins == 0:
        return habits.kelly_least
    if tally.losses == 0 or tally.lost <= 0.0:
        return habits.kelly_most
    won, lost = tally.won / tally.wins, tally.lost / tally.losses
    chance = tally.wins / count
    return min(habits.kelly_most, max(habits.kelly_least, share * (chance / lost - (1.0 - chance) / won)))
