"""Fewer points, the same extremes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from runner.report.html.thin import candles, changes, edges, telling
from tests.report import cases


@given(st.integers(1, 3000), st.integers(10, 400), st.integers(0, 2**32 - 1))
def test_no_extreme_is_lost(count: int, most: int, seed: int) -> None:
    """First, last, lowest and highest row of the whole stay, and there are not many more rows than asked for."""
    column: NDArray[np.float64] = np.random.default_rng(seed).normal(size=count).astype(np.float64)
    rows = telling(column, most=most)
    assert {0, count - 1, int(column.argmin()), int(column.argmax())} <= set(rows.tolist())
    assert len(rows) <= max(most, 4)
    assert np.all(np.diff(rows) > 0)


def test_few_rows_stay_as_they_are() -> None:
    """Nothing is thinned below the bound, and nothing is made of nothing."""
    assert telling(np.arange(5, dtype=np.float64), most=5).tolist() == [0, 1, 2, 3, 4]
    assert telling(np.empty(0), most=5).tolist() == []


def test_gaps_are_passed_over() -> None:
    """A stretch of NaN has no extreme but costs no other one."""
    column = np.r_[np.full(50, np.nan), np.arange(50.0)]
    assert np.nanmax(column[telling(column, most=20)]) == 49.0


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        ([1.0, 1.0, 2.0, 2.0], [0, 2, 3]),
        ([np.nan, np.nan, 1.0], [0, 2]),
        ([5.0], [0]),
        ([], []),
    ],
    ids=["a step", "NaN equals NaN", "one row", "none"],
)
def test_changes_are_where_a_step_is(column: list[float], rows: list[int]) -> None:
    """The first row of each level and the last row of all."""
    assert changes(np.array(column)).tolist() == rows


@pytest.mark.parametrize("most", [1, 5, 7, 24, 100])
def test_merged_candles_keep_open_close_and_extremes(most: int) -> None:
    """The first open, the last close, the highest high and the lowest low are those of the bars."""
    bars = cases.bars(count=24)
    when, opened, high, low, close = candles(bars, most)
    assert len(when) == min(most, 24)
    assert (when[0], opened[0], close[-1]) == (bars.open_time[0], bars.open[0], bars.close[-1])
    assert (high.max(), low.min()) == (bars.high.max(), bars.low.min())


def test_no_bars_are_no_candles() -> None:
    """An empty symbol is drawn as nothing."""
    assert [len(column) for column in candles(cases.bars(count=0), 10)] == [0] * 5
    assert edges(0, 3).tolist() == []
