"""How compiled code reaches the arrays: one record of addresses, and a typed window for each table.

A record is a bare pointer to compiled code: passing it costs nothing and counts no references. The arrays are owned by a
`World`, which outlives every call; `table` writes their addresses down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic

from runner.machine.compiled import compiled
from runner.machine.state import (
    CLOCK,
    INSTRUMENT,
    LEDGER,
    MAX_RESTING,
    PHASE,
    POSITION,
    RESTING,
    SEEN,
    SETTINGS,
    STANDING,
    SYMBOL,
    TOLD,
    WANTED,
    WINDOW,
    View,
)
from runner.machine.table import VIEW
from runner.model.habits import HABITS, TALLY
from runner.model.plan import PLAN
from runner.model.records import DAY, DECISION, EQUITY, EVENT, FILL, MARK, PHASE_RESULT, RULE_STATE, STOP_MOVE, STRETCH, TRADE
from runner.model.rules import RULE


def _rows(dtype: np.dtype[Any]) -> Callable[..., Any]:
    """A compiled window: (address, row) → the record at that row."""
    kind, size = numba.from_dtype(dtype), dtype.itemsize

    @intrinsic
    def row(typing_context: Any, address: Any, number: Any) -> Any:  # noqa: ARG001 - the signature numba asks for
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            offset = builder.mul(arguments[1], context.get_constant(types.int64, size))
            return builder.inttoptr(builder.add(arguments[0], offset), context.get_value_type(kind))

        return kind(types.int64, types.int64), generate

    return row


def _values(kind: Any, size: int) -> Callable[..., Any]:
    """A compiled window: (address, index) → the number at that place."""

    @intrinsic
    def value(typing_context: Any, address: Any, number: Any) -> Any:  # noqa: ARG001 - the signature numba asks for
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            offset = builder.mul(arguments[1], context.get_constant(types.int64, size))
            pointer = builder.inttoptr(builder.add(arguments[0], offset), context.get_value_type(kind).as_pointer())
            return builder.load(pointer)

        return kind(types.int64, types.int64), generate

    return value


view_at = _rows(VIEW)
_ledger, _position, _resting, _clock, _rule_state = (_rows(d) for d in (LEDGER, POSITION, RESTING, CLOCK, RULE_STATE))
_plan, _rule, _phase, _instrument, _symbol, _settings = (_rows(d) for d in (PLAN, RULE, PHASE, INSTRUMENT, SYMBOL, SETTINGS))
_fill, _trade, _decision, _day, _result, _event = (_rows(d) for d in (FILL, TRADE, DECISION, DAY, PHASE_RESULT, EVENT))
_row, _stretch, _mark, _stop, _window = (_rows(d) for d in (EQUITY, STRETCH, MARK, STOP_MOVE, WINDOW))
_habits, _tally = (_rows(d) for d in (HABITS, TALLY))
_seen, _standing, _told, _wanted = (_rows(d) for d in (SEEN, STANDING, TOLD, WANTED))
_float, _long, _int, _byte = _values(types.float64, 8), _values(types.int64, 8), _values(types.int32, 4), _values(types.uint8, 1)


@compiled
def ledger_of(w: View) -> Any:
    """The account's ledger."""
    return _ledger(w.ledger, 0)


@compiled
def settings_of(w: View) -> Any:
    """The run's settings."""
    return _settings(w.settings, 0)


@compiled
def resting_at(w: View, s: int, n: int) -> Any:
    """One slot of a symbol's resting orders."""
    return _resting(w.resting, s * MAX_RESTING + n)


@compiled
def position(w: View, s: int) -> Any:
    """One symbol's position and place on the tape."""
    return _position(w.positions, s)


@compiled
def clock_of(w: View, k: int) -> Any:
    """One reset clock."""
    return _clock(w.clocks, k)


@compiled
def rule_state(w: View, r: int) -> Any:
    """One rule's memory."""
    return _rule_state(w.rule_states, r)


@compiled
def plan_at(w: View, k: int) -> Any:
    """One plan."""
    return _plan(w.plans, k)


@compiled
def rule_at(w: View, r: int) -> Any:
    """One rule row."""
    return _rule(w.rules, r)


@compiled
def phase_at(w: View, n: int) -> Any:
    """One phase."""
    return _phase(w.phases, n)


@compiled
def instrument_of(w: View, s: int) -> Any:
    """One instrument."""
    return _instrument(w.instruments, s)


@compiled
def symbol_of(w: View, s: int) -> Any:
    """One symbol's place in the arrays."""
    return _symbol(w.symbols, s)


@compiled
def habits_of(w: View, strategy: int) -> Any:
    """What one strategy keeps to over its own trades."""
    return _habits(w.habits, strategy)


@compiled
def tally_of(w: View, strategy: int, s: int) -> Any:
    """What one strategy has done so far in one symbol; `symbol_count` for all of them together."""
    return _tally(w.tallies, strategy * (w.symbol_count + 1) + s)


@compiled
def fill_at(w: View, n: int) -> Any:
    """One row of the fill record."""
    return _fill(w.fills, n)


@compiled
def trade_at(w: View, n: int) -> Any:
    """One row of the trade record."""
    return _trade(w.trades, n)


@compiled
def row_of(w: View) -> Any:
    """The present instant's row of the equity record, before it is taken."""
    return _row(w.row, 0)


@compiled
def seen_of(w: View) -> Any:
    """What was just seen of the account."""
    return _seen(w.seen, 0)


@compiled
def told_of(w: View) -> Any:
    """What a machine whose fills come from a venue has just been told."""
    return _told(w.told, 0)


@compiled
def wanted_at(w: View, s: int) -> Any:
    """What one symbol's position wants to stand at the venue."""
    return _wanted(w.wanted, s)


@compiled
def standing_of(w: View) -> Any:
    """How the account stands after it."""
    return _standing(w.standing, 0)


@compiled
def stretch_at(w: View, n: int) -> Any:
    """One stretch of the equity record."""
    return _stretch(w.stretches, n)


@compiled
def stop_at(w: View, n: int) -> Any:
    """One row of the record of stops."""
    return _stop(w.stops, n)


@compiled
def mark_at(w: View, n: int) -> Any:
    """One mark of the equity record."""
    return _mark(w.marks, n)


@compiled
def decision_at(w: View, k: int) -> Any:
    """One plan's decision."""
    return _decision(w.decisions, k)


@compiled
def day_at(w: View, n: int) -> Any:
    """One row of the day table."""
    return _day(w.days, n)


@compiled
def result_at(w: View, n: int) -> Any:
    """One row of the phase results."""
    return _result(w.results, n)


@compiled
def event_at(w: View, n: int) -> Any:
    """One row of the event record."""
    return _event(w.events, n)


@compiled
def open_time(w: View, i: int) -> int:
    """Open time of execution bar `i`."""
    return _long(w.open_time, i)


@compiled
def close_time(w: View, i: int) -> int:
    """Close time of execution bar `i`."""
    return _long(w.close_time, i)


@compiled
def signal_close(w: View, i: int) -> int:
    """Bits of the strategies whose signal bar ends with bar `i`."""
    return _byte(w.signal_close, i)


@compiled
def column_at(w: View, i: int) -> float:
    """A value of the joined columns."""
    return _float(w.columns, i)


@compiled
def column_start(w: View, i: int) -> int:
    """Where column `i` begins."""
    return _long(w.column_start, i)


@compiled
def funding_time(w: View, i: int) -> int:
    """When funding `i` is due."""
    return _long(w.funding_time, i)


@compiled
def funding_rate(w: View, i: int) -> float:
    """Rate of funding `i`."""
    return _float(w.funding_rate, i)


@compiled
def conversion(w: View, i: int) -> float:
    """Account currency per quote currency at bar `i`."""
    return _float(w.conversion, i)


@compiled
def other_side(w: View, i: int) -> int:
    """Net side of the other accounts in symbol `i`."""
    return _int(w.others, i)


@compiled
def floor_row(w: View, m: int, n: int) -> int:
    """Row of the rule table of floor `n` of a phase."""
    return _int(w.floors, m * w.floors_width + n)


@compiled
def rung_row(w: View, m: int, n: int) -> int:
    """Row of the rule table of rung `n` of a phase."""
    return _int(w.rungs, m * w.rungs_width + n)


@compiled
def cap_row(w: View, m: int, n: int) -> int:
    """Row of the rule table of cap `n` of a phase."""
    return _int(w.caps, m * w.caps_width + n)


@compiled
def counter_row(w: View, m: int, n: int) -> int:
    """Row of the rule table of counter or position timer `n` of a phase."""
    return _int(w.counters, m * w.counters_width + n)


@compiled
def date_row(w: View, m: int, n: int) -> int:
    """Row of the rule table of rule `n` of the calendar of a phase."""
    return _int(w.dates, m * w.dates_width + n)


@compiled
def reset_at(w: View, m: int, n: int) -> int:
    """Instant of reset `n` of a clock."""
    return _long(w.resets, m * w.resets_width + n)


@compiled
def window_at(w: View, n: int) -> Any:
    """One forbidden time."""
    return _window(w.windows, n)


@compiled
def span_at(w: View, m: int, n: int) -> int:
    """Where the windows of rule `m` begin (2 × symbol) and end (2 × symbol + 1)."""
    return _long(w.spans, m * w.spans_width + n)


@compiled
def price_at(w: View, i: int, which: int) -> float:
    """Price of execution bar `i`: 0 open, 1 high, 2 low, 3 close."""
    if which == 0:
        return _float(w.open, i)
    if which == 1:
        return _float(w.high, i)
    return _float(w.low, i) if which == 2 else _float(w.close, i)
