"""Every payout beside every overall floor of its phase: what is paid or held back, and where the floor stands afterwards."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from runner.model.rules import AccountFacts, Code, OnPayout, RuleRow
from tests.firm.cases import Case, case_at
from tests.firm.drivers import wrong
from tests.firm.edges_payouts import with_floor
from tests.firm.numbers import PROGRAMS, SIZE, SYMBOLS, Number
from tests.firm.test_numbers import rule

Pair = tuple[str, str, str, int | None]  # program, phase, floor, size: a payout and an overall floor of one phase


def pairs() -> Iterator[Pair]:
    """Every overall floor beside a payout, for every size that either of them names."""
    for name, program in PROGRAMS.items():
        for phase, rules in program.phases.items():
            paid = rules.get("payout")
            for key, floor in rules.items():
                if isinstance(paid, Number) and isinstance(floor, Number) and row_of(floor, None).code == Code.MAX_LOSS:
                    sizes: set[int | None] = {size for number in (paid, floor) for size in number.rows if size is not None}
                    named_by_both = [size for size in sizes or {None} if all({None, size} & set(number.rows) for number in (paid, floor))]
                    yield from ((name, phase, key, size) for size in named_by_both)


def row_of(number: Number, size: int | None) -> RuleRow:
    """The first row for a size, or for any."""
    return number.rows.get(size, next(iter(number.rows.values())))[0]


def under(pair: Pair) -> tuple[Case, RuleRow, RuleRow]:
    """The payout's case, and the floor as its file writes it and as the table says it."""
    name, phase, key, size = pair
    paid, floor = (PROGRAMS[name].phases[phase][rule] for rule in ("payout", key))
    assert isinstance(paid, Number)
    assert isinstance(floor, Number)
    case = case_at((name, phase, "payout", size if size in paid.rows else None, 0))
    facts = AccountFacts(initial=float(size or SIZE), currency="USD", symbols=SYMBOLS)
    (written,) = rule((name, phase, key)).rows(facts)
    return replace(case, initial=facts.initial), replace(written, clock=0), row_of(floor, size)


PAIRS = [pytest.param(pair, id="-".join(str(part or "any") for part in pair)) for pair in pairs()]


def test_the_pairs_found() -> None:
    """None is overlooked."""
    assert len(PAIRS) == 29


@pytest.mark.parametrize("pair", PAIRS)
def test_a_payout_under_a_floor(pair: Pair) -> None:
    """What is paid or held back, and where the floor stands afterwards."""
    assert wrong(tuple(with_floor(*under(pair)))) == []


@pytest.mark.parametrize("pair", PAIRS)
def test_a_floor_that_takes_a_payout_otherwise_is_noticed(pair: Pair) -> None:
    """Hung a hair lower, broken by another touch, or moved by payouts although they leave it where it is, or the other way round."""
    case, written, said = under(pair)
    amount = "amount_fraction" if math.isnan(said.amount) else "amount"
    unit = 0.0001 if amount == "amount_fraction" else 0.02
    others: dict[str, Any] = {"compare": 1 - said.compare, amount: getattr(said, amount) + unit}
    if said.on_payout != OnPayout.KEEP_FLOOR:
        others["on_payout"] = OnPayout.KEEP_FLOOR
    for name, value in others.items():
        assert wrong(tuple(with_floor(case, replace(written, **{name: value}), said))), name
