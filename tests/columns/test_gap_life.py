"""The life of gaps, all at once, against one gap at a time in plain words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.columns.gap_life import Terms, live
from runner.columns.gaps import Gaps, three_candle, two_candle
from runner.model.bars import Bars
from tests.blocks.candles import candles

TERMS = Terms(max_age=5, max_wick=0.25, pullback_min=0.25, pullback_max=0.75, max_retests=0)


def told(gaps: Gaps, number: int, bars: Bars, busy: list[bool], terms: Terms) -> tuple[int, int]:  # noqa: C901, PLR0911, PLR0912 - told in one breath, as a person would follow it
    """Age at confirmation (0 = never) and visits of one gap, followed bar by bar."""
    side, size, near = int(gaps.side[number]), float(gaps.size[number]), float(gaps.near[number])
    extreme = bars.low if side > 0 else bars.high
    born = int(gaps.born[number])
    worst, first, visits, inside = max(0.0, side * (near - extreme[born]) / size), 0.0, 0, False
    for age in range(1, terms.max_age + 1):
        at = born + age
        if at >= len(bars):
            break
        depth = side * (near - extreme[at]) / size
        if visits == 0 and depth >= terms.pullback_min:
            if worst > terms.max_wick:
                return 0, 1
            visits, inside = 1, True
        elif visits == 0:
            worst = max(worst, depth)
        elif not inside and depth > 0:
            visits, inside = visits + 1, True
            if visits > terms.max_retests + 1:
                return 0, visits
        if visits == 1 and inside:
            first = max(first, depth)
            if depth > terms.pullback_max:
                return 0, visits
        if visits > 1 and depth > first:
            return 0, visits
        if inside and side * (bars.close[at] - near) > 0:
            inside = False
            if busy[at]:
                return age, visits
            if visits > terms.max_retests:
                return 0, visits
    return 0, visits


@st.composite
def walks(draw: st.DrawFn) -> Bars:
    """Bars that jump about enough to leave gaps and come back into them."""
    steps = draw(
        st.lists(st.tuples(st.integers(-30, 30), st.integers(0, 20), st.integers(0, 20), st.integers(-12, 12)), min_size=4, max_size=60)
    )
    rows, close = [], 1000
    for body, above, below, jump in steps:
        opened = close + jump
        close = opened + body
        rows.append((opened, max(opened, close) + above, min(opened, close) - below, close))
    return candles(rows)


@given(bars=walks(), data=st.data(), retests=st.integers(0, 3), age=st.integers(1, 12), kind=st.sampled_from([three_candle, two_candle]))
def test_all_at_once_equals_one_by_one(bars: Bars, data: st.DataObject, retests: int, age: int, kind: type) -> None:
    """The walk over all gaps tells of each gap what following it alone tells."""
    busy = data.draw(st.lists(st.booleans(), min_size=len(bars), max_size=len(bars)))
    terms = Terms(max_age=age, max_wick=0.25, pullback_min=0.3, pullback_max=0.75, max_retests=retests)
    gaps = kind(bars)
    life = live(gaps, bars, gaps.near, lambda at: np.array(busy)[at], terms)
    for number in range(len(gaps)):
        confirmed, visits = told(gaps, number, bars, busy, terms)
        assert life.age[number] == confirmed
        if confirmed:
            assert life.visits[number] == visits


RISE = [(100, 101, 99, 100), (100, 106, 100, 106), (106, 112, 105, 111)]  # gap from 101 to 105, four wide


@pytest.mark.parametrize(
    ("after", "age"),
    [
        pytest.param([(111, 111, 104, 106)], 1, id="a wick of exactly a quarter and a close above confirm"),
        pytest.param([(111, 111, 104.01, 106)], 0, id="a wick short of a quarter is no pullback"),
        pytest.param([(111, 111, 102, 106)], 1, id="a wick of exactly three quarters still counts"),
        pytest.param([(111, 111, 101.99, 106)], 0, id="a deeper one ends the gap"),
        pytest.param([(111, 111, 103, 105)], 0, id="a close on the boundary is not beyond it"),
        pytest.param([(111, 111, 103, 104), (104, 107, 104, 106)], 2, id="the close above may come a bar later"),
        pytest.param([(111, 111, 103, 104), (104, 107, 101, 106)], 0, id="unless the gap is pierced meanwhile"),
        pytest.param([(111, 112, 106, 111)] * 4 + [(111, 111, 103, 106)], 5, id="the fifth bar is young enough"),
        pytest.param([(111, 112, 106, 111)] * 5 + [(111, 111, 103, 106)], 0, id="the sixth is too old"),
    ],
)
def test_edges_of_a_rise(after: list[tuple[float, float, float, float]], age: int) -> None:
    """Where exactly pullbacks, closes and ages begin and end, for a long."""
    bars = candles(RISE + after)
    gaps = three_candle(bars).where(three_candle(bars).born == 2)
    assert live(gaps, bars, gaps.near, lambda at: np.ones(len(at), np.bool_), TERMS).age.tolist() == [age]


@pytest.mark.parametrize(("low", "age"), [(104.01, 2), (104.0, 2), (103.99, 0)])
def test_an_earlier_wick_may_not_be_too_deep(low: float, age: int) -> None:
    """A quarter of the gap is still untouched enough before a pullback half-way."""
    bars = candles([*RISE, (111, 112, low, 111), (111, 111, 103, 106)])
    gaps = three_candle(bars).where(three_candle(bars).born == 2)
    terms = Terms(max_age=5, max_wick=0.25, pullback_min=0.5, pullback_max=0.75, max_retests=0)
    assert live(gaps, bars, gaps.near, lambda at: np.ones(len(at), np.bool_), terms).age.tolist() == [age]


@pytest.mark.parametrize(
    ("retests", "after", "age"),
    [
        pytest.param(0, [(111, 111, 103, 106), (106, 107, 104, 106)], 0, id="not allowed: the unconfirmed visit ends the gap"),
        pytest.param(1, [(111, 111, 103, 106), (106, 107, 104, 106)], 2, id="the first retest is confirmed"),
        pytest.param(1, [(111, 111, 103, 106), (106, 107, 102.9, 106)], 0, id="deeper than the first visit: a second fill ends it"),
    ],
)
def test_retests(retests: int, after: list[tuple[float, float, float, float]], age: int) -> None:
    """A partly filled gap is traded on its returns only when that is asked for; the first close above has no volume here."""
    bars = candles(RISE + after)
    gaps = three_candle(bars).where(three_candle(bars).born == 2)
    terms = Terms(max_age=5, max_wick=0.25, pullback_min=0.25, pullback_max=0.75, max_retests=retests)
    assert live(gaps, bars, gaps.near, lambda at: at > 3, terms).age.tolist() == [age]


def test_a_fall_mirrors_a_rise() -> None:
    """Turned upside down, the same candles leave the same gap with the other side."""
    bars = candles([(-o, -low, -high, -c) for o, high, low, c in [*RISE, (111, 111, 103, 106)]])
    gaps = three_candle(bars)
    assert gaps.side.tolist() == [-1]
    assert (gaps.lower.tolist(), gaps.upper.tolist(), gaps.near.tolist(), gaps.far.tolist()) == ([-105], [-101], [-105], [-101])
    assert live(gaps, bars, gaps.near, lambda at: np.ones(len(at), np.bool_), TERMS).age.tolist() == [1]
