"""Every number of every rule of every program through the machine: just below it, at it and just above it, and around resets.

Floors stand in test_floors.py. What is driven is the row of the program's file; what is expected comes from the table of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from runner.model.rules import AccountFacts, Code, Family, RuleRow
from runner.rulebook import day_clock_first
from tests.firm.cases import Place, alike, case_at, days_of, named
from tests.firm.drivers import DISTINCT, DRIVERS, PLACES, edges_of, wrong
from tests.firm.numbers import PROGRAMS, SIZE, SYMBOLS, Number, Said
from tests.firm.test_numbers import rule

WORDS = {  # rules without a row: why no number of theirs can be driven through the machine
    "automation": "whether a program may trade at all: said to people, and by `check`",
    "account": "how accounts are held beside each other and kept: said to people",
    "account_bybit": "the same, for one venue",
    "scaling": "how the firm enlarges an account later: a new account here",
    "no_daily_limit": "says that a variant has no such limit",
}


@pytest.mark.parametrize("place", PLACES, ids=named)
def test_below_at_and_above(place: Place) -> None:
    """Every edge of the row, as its file writes it."""
    edges = edges_of(alike(case_at(place)))
    assert len(edges) >= 3
    assert wrong(edges) == []


def test_the_rows_found() -> None:
    """None is overlooked: rows of floors are driven elsewhere, and so many of the others differ from each other."""
    rows = [row for program in PROGRAMS.values() for rules in program.phases.values() for row in rows_of(rules)]
    assert (len(rows), len(PLACES), len(DISTINCT)) == (485, 324, 113)
    assert sum(row.family == Family.FLOOR for row in rows) == len(rows) - len(PLACES)


def rows_of(rules: Mapping[str, Number | Said]) -> Iterator[RuleRow]:
    """Every row of a phase, of every size."""
    for expected in rules.values():
        if isinstance(expected, Number):
            for rows in expected.rows.values():
                yield from rows


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_rule_is_driven_or_says_why_not(name: str) -> None:
    """A rule with rows has a driver for each; one without is listed, and its file writes no row either."""
    facts = AccountFacts(initial=float(SIZE), currency="USD", symbols=SYMBOLS)
    for phase, rules in PROGRAMS[name].phases.items():
        for key, expected in rules.items():
            if isinstance(expected, Said):
                assert key in WORDS
                assert rule((name, phase, key)).rows(facts) == []
                continue
            for row in rows_of({key: expected}):
                assert row.family == Family.FLOOR or row.code in DRIVERS


def test_no_driver_and_no_excuse_is_idle() -> None:
    """Each is needed by some program."""
    assert {case_at(place).said.code for place in PLACES} == set(DRIVERS)
    said = {
        key for program in PROGRAMS.values() for rules in program.phases.values() for key, each in rules.items() if isinstance(each, Said)
    }
    assert said == set(WORDS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_days_begin_at_the_firms_clock(name: str) -> None:
    """Payouts and targets count by the clock of the phase's days: the one the edges above were driven at."""
    for phase, rules in PROGRAMS[name].phases.items():
        known = [
            row
            for number in rules.values()
            if isinstance(number, Number) and number.clock and counts(number)
            for row in rows_of({"": number})
        ]
        facts = AccountFacts(initial=float(SIZE), currency="USD", symbols=SYMBOLS)
        rows = [row for key, number in rules.items() if isinstance(number, Number) for row in rule((name, phase, key)).rows(facts)]
        day_clock_first(facts, rows)
        if known:
            assert facts.clocks[0] == days_of(name), phase


def counts(number: Number) -> bool:
    """Whether the rule's clock is one of days, not that of a session."""
    return all(row.code != Code.SESSION_FLAT for rows in number.rows.values() for row in rows)
