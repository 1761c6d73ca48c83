"""Which fills opened a position, a grid's included."""

from __future__ import annotations

from runner.report.openings import opens
from tests.machine.build import Row, flat, plan, trade
from tests.machine.test_quotes import grid


def test_quotes_on_the_positions_side_open_and_the_others_close() -> None:
    """Bought at 99 and 98, sold at 99 and 100; then sold short at 101 and bought back at 100."""
    rows: list[Row] = [*flat(1), (100, 100, 98, 98), (98, 101, 98, 101), (101, 101, 100, 100), *flat(1)]
    outcome = trade(rows, grid())
    assert opens(outcome.fills).tolist() == [True, True, False, False, True, False]


def test_entries_and_add_steps_open() -> None:
    """Whatever closes does not."""
    outcome = trade([*flat(1), (100, 104, 97, 104)], plan(1, stop=90, adds=[(98, 1.0)], targets=[(103, 1.0)]))
    assert opens(outcome.fills).tolist() == [True, True, False]
