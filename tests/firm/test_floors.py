"""Every floor of every program through the machine: a tick below it, at it and above it, on the first day, over a reset, after a rise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runner.model.records import Outcome
from runner.model.rules import AccountFacts, Family, Reset, RuleRow, Severity
from tests.firm.edges import MIDNIGHT, after_a_rise, after_reset, breaches, broken, first_day
from tests.firm.numbers import PROGRAMS, SIZE, SYMBOLS, Number
from tests.firm.test_numbers import rule
from tests.machine.build import answers

Tape = Callable[[RuleRow, Reset, float, int], Outcome]
FLOORS = [
    pytest.param((name, phase, key), size, id=f"{name}-{phase}-{key}-{size or 'any'}")
    for name, program in PROGRAMS.items()
    for phase, rules in program.phases.items()
    for key, expected in rules.items()
    if isinstance(expected, Number)
    for size, rows in expected.rows.items()
    if rows[0].family == Family.FLOOR
]


def test_the_floors_found() -> None:
    """None is overlooked."""
    assert len(FLOORS) == 161


def floor(place: tuple[str, str, str], size: int | None) -> tuple[RuleRow, AccountFacts]:
    """The row as the program's file writes it, and the facts that hold its clock."""
    facts = AccountFacts(initial=float(size or SIZE), currency="USD", symbols=SYMBOLS)
    (row,) = rule(place).rows(facts)
    return row, facts


@pytest.mark.parametrize("tape", [first_day, after_reset, after_a_rise])
@pytest.mark.parametrize(("place", "size"), FLOORS)
def test_a_tick_below_at_and_above(place: tuple[str, str, str], size: int | None, tape: Tape) -> None:
    """Below always breaks, above never, at it where touching counts; a pause lets the account live and keeps new positions out."""
    row, facts = floor(place, size)
    clock = (facts.clocks or [MIDNIGHT])[0]
    for ticks in (-1, 0, 1):
        outcome = tape(row, clock, facts.initial, ticks)
        assert broken(outcome, row) == breaches(row, ticks), ticks
        refused = {Severity.PAUSE: ("REFUSED", "PAUSED"), Severity.FAIL: ("REFUSED", "PHASE_OVER")}[row.severity]
        assert (answers(outcome)[-1] == refused) == breaches(row, ticks)
