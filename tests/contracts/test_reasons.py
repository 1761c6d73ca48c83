"""What entries and filters say of a bar is what they do there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from runner.model.block import Entry, Filter
from runner.model.reason import Reason
from tests.contracts.discovery import built, cases, real, short

BARS = 400


def every(reasons: list[Reason]) -> Iterator[Reason]:
    """The reasons and those behind them."""
    for reason in reasons:
        yield reason
        yield from every(list(reason.parts))


def sound(reason: Reason) -> bool:
    """A comparison has two numbers and agrees with them, but for the last digits of a quotient."""
    if not reason.relation or math.isnan(reason.measured) or math.isnan(reason.bound):
        return not reason.relation or not reason.holds
    near = math.isclose(reason.measured, reason.bound, rel_tol=1e-9)
    return near or reason.holds == (
        reason.measured > reason.bound if reason.relation in ("at least", "above") else reason.measured < reason.bound
    )


@pytest.mark.parametrize(("name", "changed"), cases("entry"))
def test_an_entry_speaks_where_all_its_reasons_hold(name: str, changed: dict[str, Any]) -> None:
    """On every one of the bars, real ones."""
    block, market = built("entry", name, **changed), short(BARS)
    assert isinstance(block, Entry)
    spoken = block.signals(market).direction != 0
    told = [list(block.explain(market, row)) for row in range(BARS)]
    assert [row for row in range(BARS) if all(reason.holds for reason in told[row]) != spoken[row]] == []
    assert all(sound(reason) for reasons in told for reason in every(reasons))


@pytest.mark.parametrize("direction", [1, -1], ids=["long", "short"])
@pytest.mark.parametrize(("name", "changed"), cases("filter"))
def test_a_filter_passes_where_all_its_reasons_hold(name: str, changed: dict[str, Any], direction: int) -> None:
    """For either direction, on every tenth bar."""
    block, market = built("filter", name, **changed), real()
    assert isinstance(block, Filter)
    passes = block.passes(market, direction)
    told = {row: list(block.explain(market, row, direction)) for row in range(0, len(passes), 10)}
    assert [row for row, reasons in told.items() if all(reason.holds for reason in reasons) != passes[row]] == []
    assert all(reasons and sound(reason) for reasons in told.values() for reason in every(reasons))


def test_a_block_that_says_nothing_of_its_own_gives_its_numbers() -> None:
    """Its direction, with contributions and levels behind it."""
    block, market = built("entry", "fair_value_gap"), real()
    assert isinstance(block, Entry)
    row = int(block.signals(market).direction.nonzero()[0][0])
    (told,) = Entry.explain(block, market, row)
    assert told.holds
    assert told.measured in (1.0, -1.0)
    assert {"gap_fraction", "zone_lower"} <= {part.name for part in told.parts}


def test_a_filter_that_says_nothing_of_its_own_says_whether_it_passes() -> None:
    """One reason without numbers."""
    block, market = built("filter", "volatility_floor"), real()
    assert isinstance(block, Filter)
    assert [reason.holds for reason in Filter.explain(block, market, 0, 1)] == [False]
