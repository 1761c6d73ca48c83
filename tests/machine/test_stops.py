"""The record of stops: where the stop in force stood, whenever it moved."""

from __future__ import annotations

import numpy as np
import pytest

from runner.model.records import Outcome, Reason
from tests.machine.build import flat, hours, plan, trade


def moves(outcome: Outcome) -> list[tuple[float, str, float]]:
    """(hour, why it stands there, price) of every row."""
    return [
        (hour, Reason(int(row["reason"])).name, float(row["price"]))
        for hour, row in zip(hours(outcome.stops["time"]), outcome.stops, strict=True)
    ]


def test_a_stop_that_stands_still_is_one_row() -> None:
    """From the instant of the fill on."""
    assert moves(trade(flat(4), plan(1, stop=90))) == [(1, "STOP", 90)]


def test_a_native_trail_is_noted_at_the_end_of_each_bar_that_moved_it() -> None:
    """96 at the fill (distance 4); 106 after a high of 110; a bar below that high moves nothing; 111 after 115."""
    rows = [*flat(1), (100, 110, 100, 108), (108, 109, 107, 109), (109, 115, 109, 114), (114, 114, 113, 113)]
    assert moves(trade(rows, plan(1, stop=90, trail_distance=4))) == [(1, "TRAIL", 96), (2, "TRAIL", 106), (4, "TRAIL", 111)]


@pytest.mark.parametrize("side", [pytest.param(1, id="long"), pytest.param(-1, id="short")])
def test_break_even_is_noted_with_its_reason(side: int) -> None:
    """The first target at 105 or 95 moves the stop to the entry."""
    rows = [*flat(1), (100, 105, 100, 104), (104, 104, 103, 103)] if side > 0 else [*flat(1), (100, 100, 95, 96), (96, 97, 96, 97)]
    wanted = plan(1, side, stop=100 - 10 * side, sizing_value=1, targets=[(100 + 5 * side, 0.5)], break_even_after=1)
    assert moves(trade(rows, wanted)) == [(1, "STOP", 100 - 10 * side), (2, "BREAK_EVEN", 100)]


def test_each_position_begins_its_own_rows() -> None:
    """Two trades with the same stop price are two rows."""
    outcome = trade([*flat(1), (100, 103, 100, 103), *flat(3, 100)], plan(1, stop=90, targets=[(102, 1.0)]), plan(3, stop=90))
    assert outcome.stops["position"].tolist() == [1, 2]
    assert np.unique(outcome.stops["price"]).tolist() == [90]


def test_without_a_stop_there_is_no_row() -> None:
    """An infinite stop is none."""
    assert len(trade(flat(3), plan(1)).stops) == 0
