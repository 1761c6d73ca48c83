"""Every shipped program against the table of numbers: nothing else is written, nothing is missing, and each says where it was read."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from runner.compose.document import read
from runner.menu import shipped
from runner.model.block import Rule
from runner.model.economics import Economics
from runner.model.rules import AccountFacts, RuleRow
from tests.firm.numbers import PROGRAMS, SIZE, SYMBOLS, Number, Said
from tests.rulebooks import build, short

FIRMS = shipped("conf") / "firm"
FILES = sorted(str(file.relative_to(FIRMS).with_suffix("")) for file in FIRMS.rglob("*.yaml"))
RULES = [(program, phase, name) for program, said in PROGRAMS.items() for phase, rules in said.phases.items() for name in rules]
PROVENANCE = set(Rule.model_fields)


@cache
def program(name: str) -> dict[str, Any]:
    """A program's file, its rules built."""
    built: dict[str, Any] = build(read(FIRMS / f"{name}.yaml").data)
    return built


def rule(place: tuple[str, str, str]) -> Rule:
    """One rule of a program's phase."""
    name, phase, key = place
    found: Rule = program(name)["phases"][phase]["rules"][key]
    return found


def written(row: RuleRow, facts: AccountFacts) -> dict[str, Any]:
    """What a row says; its clock as a time and zone, because the number of a clock depends on the other rules."""
    said = short(row)
    if facts.clocks and row.clock >= 0:
        said["clock"] = facts.clocks[row.clock]
    return said


def test_every_program_has_its_numbers() -> None:
    """The lesson of 3 of 197: the files on disk are the programs of the table, but for the one without a firm."""
    assert sorted([*PROGRAMS, "none"]) == FILES
    assert len(PROGRAMS) == 32


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_phase_and_rule_has_its_numbers(name: str) -> None:
    """A phase or rule without a row in the table fails, and a row without a rule; each phase leads to the next."""
    phases = program(name)["phases"]
    assert {phase: set(section["rules"]) for phase, section in phases.items()} == {
        phase: set(rules) for phase, rules in PROGRAMS[name].phases.items()
    }
    assert [section["next"] for section in phases.values()] == [*list(phases)[1:], None]
    assert (program(name)["firm"], program(name)["program"]) == tuple(name.split("/"))
    assert program(name)["version"]


def test_the_rules_found() -> None:
    """None is overlooked."""
    assert len(RULES) == sum(len(section["rules"]) for name in PROGRAMS for section in program(name)["phases"].values())
    assert len(RULES) == 547


@pytest.mark.parametrize("place", RULES, ids="-".join)
def test_a_rule_says_what_was_read(place: tuple[str, str, str]) -> None:
    """Every field of every row, for every size the firm sells, its clock, variants and dates."""
    found, expected = rule(place), PROGRAMS[place[0]].phases[place[1]][place[2]]
    assert tuple(found.variants) == expected.variants
    if isinstance(expected, Said):
        words = {name: value for name, value in found if name not in PROVENANCE and value != type(found).model_fields[name].default}
        assert words == expected.words
        assert found.null
        return
    assert (found.purchased_from, found.purchased_until) == (expected.since, expected.until)
    for size, rows in expected.rows.items():
        facts = AccountFacts(initial=float(size or SIZE), currency="USD", symbols=SYMBOLS)
        clock = {} if expected.clock is None else {"clock": expected.clock}
        assert [written(row, facts) for row in found.rows(facts)] == [{**short(row), **(clock if row.clock == 0 else {})} for row in rows]


@pytest.mark.parametrize("place", RULES, ids="-".join)
def test_a_rule_says_where_it_was_read(place: tuple[str, str, str]) -> None:
    """Source, date and confidence; an open one says what to ask the firm and what is used, any other asks nothing."""
    found = rule(place)
    assert found.source.startswith("https://")
    assert found.read_on >= "2026"
    assert found.confidence in ("A", "B", "?")
    assert bool(found.question and found.reading) == (found.confidence == "?")
    assert not found.question or found.question.rstrip().endswith("?")
    assert not found.reading.endswith(".")


@pytest.mark.parametrize("name", PROGRAMS)
def test_economics_are_what_was_found(name: str) -> None:
    """Every price, fee, refund and share; what was not found is null, and a program of which nothing was found has none at all."""
    said, expected = program(name).get("economics"), dict(PROGRAMS[name].economics)
    if not expected:
        assert said is None
        return
    assert said is not None
    found = Economics(**said)
    assert found.source.startswith("https://")
    assert found.as_of >= "2025"
    known = {key: value for key, value in found.model_dump(exclude_unset=True).items() if key not in ("source", "as_of", "notes")}
    known = {key: value for key, value in known.items() if value is not None}
    split = {key: value for key, value in (known.pop("split", None) or {}).items() if value not in (None, 0.0)}
    assert known == {key: value for key, value in expected.items() if key != "split"}
    assert split == expected.get("split", {})


def numbers(place: tuple[str, str, str]) -> int:
    """How many rows of numbers a rule has in the table."""
    expected = PROGRAMS[place[0]].phases[place[1]][place[2]]
    return sum(len(rows) for rows in expected.rows.values()) if isinstance(expected, Number) else 0


def test_the_rows_found() -> None:
    """Rules of words have none; sizes count one each."""
    assert sum(map(numbers, RULES)) == 485
