"""Consecutive parts of a time, and the score over those behind."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from runner.model.errors import ConfigError
from runner.search.segments import Segment, running, segments

FIRST = date(2024, 1, 1)


@pytest.mark.parametrize(("days", "count"), [(366, 4), (10, 3), (3, 3), (1, 1)])
def test_segments_cover_the_time_once(days: int, count: int) -> None:
    """One begins the day after the other ends; none is more than a day longer than another."""
    last = FIRST + timedelta(days=days - 1)
    found = segments(FIRST, last, count)
    assert (len(found), found[0].first, found[-1].last) == (count, FIRST, last)
    assert all(then.first == each.last + timedelta(days=1) for each, then in pairwise(found))
    lengths = [(each.last - each.first).days + 1 for each in found]
    assert max(lengths) - min(lengths) <= 1


def test_more_segments_than_days_are_refused() -> None:
    """Bars of a day belong to one segment."""
    with pytest.raises(ConfigError, match="1 problem") as refused:
        segments(FIRST, FIRST + timedelta(days=2), 4)
    assert "expected at most one segment a day, was 4 for the 3 days from 2024-01-01 to 2024-01-03" in str(refused.value)


def test_a_segment_is_two_words() -> None:
    """They replace the span of the mode."""
    assert Segment(FIRST, date(2024, 3, 31)).words() == ["++mode.start='2024-01-01'", "++mode.end='2024-03-31'"]


@pytest.mark.parametrize(("scores", "score"), [([1.0], 1.0), ([1.0, 3.0], 2.0), ([None, 3.0], 3.0), ([None], None), ([], None)])
def test_the_running_score_is_the_mean_of_what_was_measured(scores: list[float | None], score: float | None) -> None:
    """A segment without a trade says nothing."""
    assert running(scores) == score
