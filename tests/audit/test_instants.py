"""Cuts stand where looking ahead would show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from runner.audit.instants import instants
from runner.audit.said import Known
from runner.model.bars import Bars
from runner.model.duration import DAY_MS, HOUR_MS
from tests.audit.planted import market

SPAN = 4 * HOUR_MS


def known(rows: list[int], count: int) -> dict[str, dict[str, Known]]:
    """An entry that speaks at these bars."""
    values = np.zeros(count, np.int8)
    values[rows] = 1
    return {"entry": {"direction": Known(name="direction", rows=np.arange(count), values=values, filled=values != 0)}}


def holed(bars: Bars, row: int) -> Bars:
    """The bars with five days missing after one of them."""
    late = np.arange(len(bars)) > row
    return replace(bars, open_time=bars.open_time + np.where(late, 5 * DAY_MS, 0))


def times(bars: Bars, kind: str, count: int = 60, rows: list[int] | None = None, spans: tuple[int, ...] = (SPAN,)) -> list[int]:
    """The instants of one kind."""
    said = known([100, 400, 700] if rows is None else rows, len(bars))
    return [cut.time_ms for cut in instants(bars, said, spans, count, 1) if cut.kind == kind]


def test_history_is_cut_where_the_entry_speaks() -> None:
    """At the close of each of its few signals."""
    bars = market().bars
    found = instants(bars, known([100, 400, 700], len(bars)), (SPAN,), 60, 1)
    assert set(bars.close_time[[100, 400, 700]].tolist()) <= {cut.time_ms for cut in found}


def test_history_is_cut_on_both_sides_of_a_gap() -> None:
    """At the last bar before it and the first one after."""
    bars = holed(market().bars, 500)
    assert times(bars, "gap") == bars.close_time[[500, 501]].tolist()
    assert times(market().bars, "gap") == []


def test_history_is_cut_at_the_ends_of_days_and_beside_them() -> None:
    """Within a bar of midnight."""
    bars = market().bars
    found = np.array(times(bars, "boundary"))
    assert len(found) > 5
    assert set(((found + SPAN) % DAY_MS).tolist()) <= {0, SPAN, 2 * SPAN}


def test_history_is_cut_inside_bars_only_where_finer_ones_have_a_part_in_it() -> None:
    """At the close of an hour."""
    bars = market().bars
    found = times(bars, "inside a bar", spans=(SPAN, HOUR_MS))
    assert found
    assert all(time_ms % HOUR_MS == 0 and time_ms not in bars.close_time for time_ms in found)
    assert times(bars, "inside a bar") == []


@pytest.mark.parametrize("count", [1, 7, 60, 500])
def test_there_are_as_many_as_were_asked_for(count: int) -> None:
    """Each once, in order, none at the last bar, where nothing is cut away."""
    bars = market().bars
    found = [cut.time_ms for cut in instants(bars, known([5], len(bars)), (SPAN,), count, 1)]
    assert len(found) == count
    assert found == sorted(set(found))
    assert found[-1] < bars.close_time[-1]


def test_more_than_there_are_bars_are_all_of_them() -> None:
    """Every bar but the last."""
    bars = market(20).bars
    assert [cut.time_ms for cut in instants(bars, known([5], 20), (SPAN,), 100, 1)] == bars.close_time[:-1].tolist()
