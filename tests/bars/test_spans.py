"""Covered and missing time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runner.bars.spans import Span, joined, missing, runs

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: (min(pair), max(pair))), max_size=8)


def test_runs_break_where_a_bar_is_missing() -> None:
    """The end of a run is the close of its last bar."""
    assert runs(np.array([0, 5, 10, 20, 30, 35], np.int64), 5) == [(0, 15), (20, 25), (30, 40)]
    assert runs(np.empty(0, np.int64), 5) == []


@given(SPANS, SPANS)
def test_missing_and_covered_make_the_whole(have: list[Span], wanted: list[Span]) -> None:
    """Every instant of what is wanted is in exactly one of the two."""
    for span in wanted:
        inside = {at for start, end in have for at in range(start, end)}
        lacking = {at for start, end in missing(span, have) for at in range(start, end)}
        assert lacking == set(range(*span)) - inside


@given(SPANS)
def test_joined_spans_do_not_touch(spans: list[Span]) -> None:
    """And cover the same."""
    whole = joined(spans)
    assert all(before[1] < after[0] for before, after in pairwise(whole))
    assert {at for start, end in whole for at in range(start, end)} == {at for start, end in spans for at in range(start, end)}
