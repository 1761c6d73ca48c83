"""Every rule row of every shipped program as a case to drive, and tapes of instants that are milliseconds apart.

A case holds its row twice: as the program's file writes it, which the machine gets, and as the table of numbers says it, from which the
edges are worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

from runner.model.bot import GateSettings
from runner.model.duration import DAY_MS
from runner.model.records import Outcome
from runner.model.rules import AccountFacts, Code, Family, Reset, RuleBook, RuleRow, State
from runner.model.stream import Stream
from tests.firm.numbers import (
    CHICAGO,
    FRIDAY,
    NEW_YORK,
    NEW_YORK_18,
    NEW_YORK_1659,
    PRAGUE,
    PROGRAMS,
    SIZE,
    SYMBOLS,
    UTC_0010,
    UTC_0030,
    Number,
)
from tests.firm.numbers import UTC as MIDNIGHT
from tests.firm.test_numbers import rule
from tests.machine.build import OFF, bars, book, flat, plan, run, spec, stream
from tests.rulebooks import short

UNITS = 100.0  # of a plain deal, bought at 100
CENT = 0.01
CENTS = (-CENT, 0.0, CENT)  # just below a number of money, at it, just above it
HOUR = 3_600_000
CHICAGO_1510 = Reset(at="15:10", zone="America/Chicago")

DAYS = {  # the clock by which each firm counts its days
    "hyrotrader": MIDNIGHT,
    "hyro_protocol": MIDNIGHT,
    "ftmo": PRAGUE,
    "fundednext": NEW_YORK,
    "the5ers": NEW_YORK,
    "e8": NEW_YORK,
    "topstep": CHICAGO,
    "apex": NEW_YORK_18,
    "ftplus": NEW_YORK_1659,
    "breakout": UTC_0030,
    "cft": UTC_0010,
    "fxify": NEW_YORK,
}
ODD_DAYS = {"e8/futures": CHICAGO}  # a program whose days are not those of its firm
RESETS = {  # UTC instants of each clock: in winter, the first one of summer time, the first one of winter time
    MIDNIGHT: ("2024-01-03 00:00", "2024-03-31 00:00", "2024-10-27 00:00"),
    UTC_0010: ("2024-01-03 00:10", "2024-03-31 00:10", "2024-10-27 00:10"),
    UTC_0030: ("2024-01-03 00:30", "2024-03-31 00:30", "2024-10-27 00:30"),
    PRAGUE: ("2024-01-02 23:00", "2024-03-31 22:00", "2024-10-27 23:00"),
    NEW_YORK: ("2024-01-02 22:00", "2024-03-10 21:00", "2024-11-03 22:00"),
    NEW_YORK_1659: ("2024-01-02 21:59", "2024-03-10 20:59", "2024-11-03 21:59"),
    NEW_YORK_18: ("2024-01-02 23:00", "2024-03-10 22:00", "2024-11-03 23:00"),
    CHICAGO: ("2024-01-02 23:00", "2024-03-10 22:00", "2024-11-03 23:00"),
    CHICAGO_1510: ("2024-01-02 21:10", "2024-03-10 20:10", "2024-11-03 21:10"),
    FRIDAY: ("2024-01-05 21:45", "2024-03-15 20:45", "2024-11-08 21:45"),
}


class Edge(NamedTuple):
    """One look at a rule close to its number: where, what the machine did, what the number says it does."""

    where: str
    found: Any
    expected: Any


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of a program's rule, its clock (of the firm's days where the rule has none), and the size of the account."""

    row: RuleRow
    said: RuleRow
    clock: Reset
    days: Reset  # the clock as the table says it
    initial: float


Driver = Callable[[Case], Iterator[Edge]]
Place = tuple[str, str, str, int | None, int]  # program, phase, rule, size, row of the rule


def days_of(name: str) -> Reset:
    """The clock by which a program counts its days."""
    return ODD_DAYS.get(name, DAYS[name.split("/", maxsplit=1)[0]])


def places() -> list[Place]:
    """Every row of every rule of every program but the floors, which have a test of their own."""
    return [
        (name, phase, key, size, n)
        for name, program in PROGRAMS.items()
        for phase, rules in program.phases.items()
        for key, expected in rules.items()
        if isinstance(expected, Number)
        for size, rows in expected.rows.items()
        for n, row in enumerate(rows)
        if row.family != Family.FLOOR
    ]


def named(place: Place) -> str:
    """A place as one reads it."""
    name, phase, key, size, n = place
    return f"{name}-{phase}-{key}-{size or 'any'}" + (f"-{n}" if n else "")


def case_at(place: Place) -> Case:
    """The row that stands there, as its file writes it and as the table says it."""
    name, phase, key, size, n = place
    facts = AccountFacts(initial=float(size or SIZE), currency="USD", symbols=SYMBOLS)
    row = rule((name, phase, key)).rows(facts)[n]
    number = PROGRAMS[name].phases[phase][key]
    assert isinstance(number, Number)
    days = number.clock or days_of(name)
    return Case(row=row, said=number.rows[size][n], clock=(facts.clocks or [days])[0], days=days, initial=facts.initial)


def alike(case: Case) -> str:
    """What tells one case from another: equal texts are driven once."""
    return f"{short(replace(case.row, key=''))} {short(replace(case.said, key=''))} {case.clock} {case.days} {case.initial}"


def utc(text: str) -> int:
    """UTC milliseconds of '2024-03-30 23:00'."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def in_winter(clock: Reset) -> int:
    """A reset of the clock with no change of summer time near it."""
    return utc(RESETS[clock][0])


def every_reset(clock: Reset) -> Iterator[tuple[str, int]]:
    """A reset in winter and the first ones after each change of the clock on the wall."""
    return zip(("in winter", "in spring", "in autumn"), map(utc, RESETS[clock]), strict=True)


class Deal(NamedTuple):
    """A position from the open of one instant to the open of another, with its result."""

    opened: int
    closed: int
    profit: float
    quantity: float = UNITS


def lane(deals: Sequence[Deal], instants: Sequence[int], symbol: str, more: Sequence[Any] = (), step: float = 1e-6) -> Stream:
    """One symbol's bars, a millisecond each, in which the price is 100 but where a deal closes; `more` plans are added."""
    closing = {deal.closed: 100.0 + deal.profit / deal.quantity for deal in deals}
    rows = [flat(1, closing.get(time, 100.0))[0] for time in instants]
    series = bars(rows, symbol, timeframe_ms=1, start=0, times=instants)
    before = {time: instants[n - 1] for n, time in enumerate(instants) if n > 0}
    plans = np.repeat(plan(0), len(deals))
    plans["time"] = [deal.opened for deal in deals]
    plans["sizing_value"] = [deal.quantity for deal in deals]
    plans["time_stop_ms"] = [before[deal.closed] + 1 - deal.opened for deal in deals]
    ordered = np.concatenate([plans, *more])
    ordered = ordered[np.argsort(ordered["time"], kind="stable")]
    return stream(series, [ordered], instrument=spec(symbol, tick=1e-6, quantity_step=step, max_leverage=1_000.0))


def lanes_of(*lanes: Sequence[Deal], seen: Sequence[int] = (), more: Sequence[Any] = (), step: float = 1e-6) -> list[Stream]:
    """Deals of one symbol a lane; `seen` are further instants, `more` further plans of the first, `step` is that of quantities."""
    times = {*seen, *(time for deals in lanes for deal in deals for time in (deal.opened, deal.closed))}
    instants = sorted(times | {int(each["time"][0]) for each in more})
    return [lane(deals, instants, SYMBOLS[n], more if n == 0 else (), step) for n, deals in enumerate(lanes)]


def dealt(
    rules: RuleBook,
    *lanes: Sequence[Deal],
    seen: Sequence[int] = (),
    more: Sequence[Any] = (),
    step: float = 1e-6,
    gate: GateSettings | None = OFF,
) -> Outcome:
    """Run such deals, without our gate unless given."""
    return run(*lanes_of(*lanes, seen=seen, more=more, step=step), rules=rules, gate=gate)


def ruled(case: Case, *more: RuleRow, row: RuleRow | None = None) -> RuleBook:
    """The case's row alone, or with helpers, by its clock."""
    return book(row or case.row, *more, clocks=(case.clock,), initial=case.initial)


def verdict(outcome: Outcome, phase: int = 0) -> str:
    """The state of a phase by name."""
    return State(int(outcome.phases[phase]["state"])).name


def fate(outcome: Outcome) -> tuple[str, str]:
    """State and rule of the first phase."""
    return verdict(outcome), Code(int(outcome.phases[0]["code"])).name


def day(start: int, number: int) -> int:
    """A second into a day so many days after a reset."""
    return start + number * DAY_MS + 1_000
