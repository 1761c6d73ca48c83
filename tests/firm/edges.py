"""Tapes that stand exactly at a floor: a tick below it, at it and above it, on the first day, over a reset and after a rise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from runner.model.bars import Bars
from runner.model.clock import resets_ms
from runner.model.duration import DAY_MS
from runner.model.instrument import Instrument
from runner.model.records import Outcome
from runner.model.rules import AmountOf, Anchor, Compare, Reset, RuleRow, Severity, State
from tests.machine.build import OFF, START, Row, bars, book, flat, plan, run, spec, stream

MINUTE = 60_000
TICK, UNITS = 0.001, 100.0  # a tick of the price of 100 is 0.10 of money
MIDNIGHT = Reset(at="00:00", zone="UTC")
BEFORE = 24  # minutes of the tape before the reset

# Minutes before the reset: nothing, then one trade that wins 200 and one held over the reset at 100, which had been at 200.
CLOSED_AND_HELD: list[Row] = [*flat(21), (100, 103, 100, 102), (102, 102, 102, 102), (102, 104, 102, 103)]
# Or: one trade that wins 4,000 in a gap, closed long before the reset; nothing is held over it.
RISEN: list[Row] = [*flat(2), *flat(22, 140)]
ANCHORS = {  # how far above the initial balance each anchor stands at the first instant after the reset: after the one tape and the other
    Anchor.INITIAL: (0, 0),
    Anchor.DAY_START_BALANCE: (200, 4_000),
    Anchor.DAY_START_EQUITY: (300, 4_000),
    Anchor.MAX_DAY_START: (300, 4_000),
    Anchor.DAY_PEAK_EQUITY: (300, 4_000),
    Anchor.DAY_PEAK_BALANCE: (200, 4_000),
    Anchor.EOD_BALANCE_HIGH: (200, 4_000),
    Anchor.EOD_EQUITY_HIGH: (300, 4_000),
    Anchor.CLOSED_BALANCE_HIGH: (200, 4_000),
    Anchor.EQUITY_HIGH: (400, 4_000),
}


def reset_at(clock: Reset) -> int:
    """A reset of a clock in the first days of the tape's year."""
    times = resets_ms(clock.at, clock.zone, START, START + 8 * DAY_MS, clock.weekdays)
    return int(times[times >= START + DAY_MS][0])


def around(rows: Sequence[Row], clock: Reset, minutes: int = BEFORE) -> Bars:
    """Bars of a minute of which `minutes` lie before a reset."""
    return bars(rows, start=reset_at(clock) - minutes * MINUTE, timeframe_ms=MINUTE)


def at(series: Bars, number: int, **fields: Any) -> NDArray[Any]:
    """A plan that acts from the open of a bar on."""
    return plan(0, time=int(series.open_time[number]), **fields)


def expected_floor(row: RuleRow, initial: float, anchor: float) -> float:
    """The floor as the firm's words give it: anchor less amount, no higher than the lock."""
    share = row.amount_fraction * (anchor if row.amount_of == AmountOf.ANCHOR else initial)
    floor = anchor - (share if math.isnan(row.amount) else row.amount)
    return floor if math.isnan(row.lock) else min(floor, row.lock)


def price_at(equity: float, initial: float) -> float:
    """The price at which a hundred units, bought at 100 with the initial balance or later at what they won, are worth this equity."""
    price = round(100 + (equity - initial) / UNITS, 3)
    assert abs((price - 100) * UNITS + initial - equity) < 1e-6, "the edge lies between two ticks"
    return price


def first_day(row: RuleRow, clock: Reset, initial: float, ticks: int) -> Outcome:
    """On the first day, from the initial balance down to the floor and `ticks` more or less; a last plan comes after."""
    low = price_at(expected_floor(row, initial, initial), initial) + ticks * TICK
    series = around([*flat(3), (100, 100, low, low), *flat(3, low)], clock, minutes=3)
    return _fallen(series, [at(series, 1, sizing_value=UNITS)], row, clock, initial)


def after_reset(row: RuleRow, clock: Reset, initial: float, ticks: int) -> Outcome:
    """Held over the reset, the first instant after it stands at the floor and `ticks` more or less."""
    low = price_at(expected_floor(row, initial, initial + ANCHORS[row.anchor][0]), initial) + ticks * TICK
    series = around([*CLOSED_AND_HELD, *flat(4, low)], clock)
    plans = [at(series, 21, sizing_value=UNITS, time_stop_ms=MINUTE), at(series, 23, sizing_value=UNITS)]
    return _fallen(series, plans, row, clock, initial)


def after_a_rise(row: RuleRow, clock: Reset, initial: float, ticks: int) -> Outcome:
    """After a rise and a reset, down to the floor, which a lock may hold, and `ticks` more or less."""
    low = price_at(expected_floor(row, initial, initial + ANCHORS[row.anchor][1]), initial) + ticks * TICK
    series = around([*RISEN, *flat(1, 140), (140, 140, low, low), *flat(3, low)], clock)
    plans = [at(series, 1, sizing_value=UNITS, time_stop_ms=3 * MINUTE), at(series, BEFORE + 1, sizing_value=UNITS)]
    return _fallen(series, plans, row, clock, initial)


def _fallen(series: Bars, plans: list[NDArray[Any]], row: RuleRow, clock: Reset, initial: float) -> Outcome:
    """The run of one floor alone, without our gate; the last plan says whether trading goes on."""
    last = at(series, len(series) - 1, sizing_value=1.0)
    held = stream(series, [*plans, last], instrument=fine(series.symbol))
    return run(held, rules=book(row, clocks=(clock,), initial=initial), gate=OFF)


def fine(symbol: str) -> Instrument:
    """An instrument in small steps."""
    return spec(symbol, tick=TICK, quantity_step=0.001)


def broken(outcome: Outcome, row: RuleRow) -> bool:
    """Whether the floor did what its severity says: ended the account, or paused it."""
    if row.severity in (Severity.FAIL, Severity.MANUAL):
        return State(int(outcome.phases[0]["state"])) == State.FAILED and int(outcome.phases[0]["code"]) == row.code
    return bool((outcome.events["code"] == row.code).any())


def breaches(row: RuleRow, ticks: int) -> bool:
    """Whether so many ticks above the floor should break it."""
    return ticks < 0 or (ticks == 0 and row.compare == Compare.LE)
