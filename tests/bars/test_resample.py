"""Laws of resampling, on bars with holes of any kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runner.bars.catalog import coarse
from runner.model.bars import Bars
from tests.bars.making import HOUR, START, bars


@st.composite
def histories(draw: st.DrawFn) -> Bars:
    """Hourly candles with random holes, starting at any hour."""
    steps = draw(st.lists(st.integers(1, 6), min_size=0, max_size=60))
    times = START + draw(st.integers(0, 30)) * HOUR + np.cumsum(np.array(steps, np.int64)) * HOUR
    prices = np.array(draw(st.lists(st.integers(1, 1000), min_size=len(steps), max_size=len(steps))), np.float64)
    flat = bars("BTCUSDT", prices.tolist(), times.tolist())
    return replace(flat, high=prices + 1, low=prices - 0.5, volume=prices)


@given(histories(), st.sampled_from([2, 4, 24]))
def test_every_coarse_bar_is_made_of_its_hours(history: Bars, hours: int) -> None:
    """Open of the first, close of the last, extremes and sums of all; on the grid, complete, in order."""
    made = coarse(history, hours * HOUR, "made")
    assert np.all(made.open_time % (hours * HOUR) == 0)
    assert np.all(np.diff(made.open_time) > 0)
    for row, opened in enumerate(made.open_time):
        inside = history.between(int(opened), int(opened) + hours * HOUR)
        assert (made.open[row], made.close[row]) == (inside.open[0], inside.close[-1])
        assert (made.high[row], made.low[row]) == (inside.high.max(), inside.low.min())
        assert made.volume[row] == inside.volume.sum()


@given(histories(), st.sampled_from([2, 4, 24]))
def test_no_coarse_bar_is_cut_off(history: Bars, hours: int) -> None:
    """None begins before the first hour we have, none ends after the last."""
    made = coarse(history, hours * HOUR, "made")
    if len(made):
        assert made.open_time[0] >= history.open_time[0]
        assert made.close_time[-1] <= history.close_time[-1]


@given(histories(), st.sampled_from([2, 4, 24]), st.integers(0, 400))
def test_resampling_is_causal(history: Bars, hours: int, later: int) -> None:
    """Bars known at an instant are the same whether or not there was a future."""
    now = START + later * HOUR
    cut, whole = coarse(history.closed_by(now), hours * HOUR, ""), coarse(history, hours * HOUR, "").closed_by(now)
    known = cut.open_time.tolist()
    assert known == whole.open_time.tolist()[: len(known)]
    assert cut.close.tolist() == whole.close.tolist()[: len(known)]


@given(histories())
def test_two_steps_are_one(history: Bars) -> None:
    """1h to 2h to 4h holds every 4h bar of 1h to 4h that lies inside whole 2h bars."""
    direct, twice = coarse(history, 4 * HOUR, ""), coarse(coarse(history, 2 * HOUR, ""), 4 * HOUR, "")
    first = {int(time): row for row, time in enumerate(direct.open_time)}
    for row, time in enumerate(twice.open_time):
        assert direct.close[first[int(time)]] == twice.close[row]
        assert direct.volume[first[int(time)]] == twice.volume[row]
