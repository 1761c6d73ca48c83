"""Windows by hand: where each begins and ends."""

from __future__ import annotations

from itertools import pairwise

import pytest

from runner.study.segment import DAY_MS, Segment, Window
from runner.study.windows import divided, spaced


def days(*windows: Window) -> list[tuple[int, int, int, int]]:
    """Train and test of each in days."""
    edges = [(each.train.start_ms, each.train.end_ms, each.test.start_ms, each.test.end_ms) for each in windows]
    assert all(edge % DAY_MS == 0 for four in edges for edge in four)
    return [(a // DAY_MS, b // DAY_MS, c // DAY_MS, d // DAY_MS) for a, b, c, d in edges]


def whole(first: int, last: int) -> Segment:
    """A stretch in days."""
    return Segment(start_ms=first * DAY_MS, end_ms=last * DAY_MS)


def test_rolling_trains_move_with_their_tests() -> None:
    """Ten days, trains of four, tests of two: three windows."""
    assert days(*spaced(whole(100, 110), 4 * DAY_MS, 2 * DAY_MS)) == [(100, 104, 104, 106), (102, 106, 106, 108), (104, 108, 108, 110)]


def test_anchored_trains_grow_from_the_beginning() -> None:
    """The same tests; every train begins with the data."""
    found = spaced(whole(100, 110), 4 * DAY_MS, 2 * DAY_MS, anchored=True)
    assert days(*found) == [(100, 104, 104, 106), (100, 106, 106, 108), (100, 108, 108, 110)]


def test_what_is_too_short_for_one_more_is_left_out() -> None:
    """Eleven days: the last one is in no test."""
    assert days(*spaced(whole(0, 11), 4 * DAY_MS, 2 * DAY_MS))[-1] == (4, 8, 8, 10)
    assert spaced(whole(0, 5), 4 * DAY_MS, 2 * DAY_MS) == ()
    assert len(spaced(whole(0, 6), 4 * DAY_MS, 2 * DAY_MS)) == 1


def test_an_embargo_lies_between_train_and_test() -> None:
    """One day that belongs to neither."""
    assert days(*spaced(whole(0, 9), 4 * DAY_MS, 2 * DAY_MS, embargo_ms=DAY_MS)) == [(0, 4, 5, 7), (2, 6, 7, 9)]
    assert days(*spaced(whole(0, 9), 4 * DAY_MS, 2 * DAY_MS, anchored=True, embargo_ms=DAY_MS)) == [(0, 4, 5, 7), (0, 6, 7, 9)]


def test_a_number_of_windows_covers_all_days() -> None:
    """Eight days in five windows: a test each, three before; of nine the first train has one more."""
    assert days(*divided(whole(0, 8), 5)) == [(0, 3, 3, 4), (1, 4, 4, 5), (2, 5, 5, 6), (3, 6, 6, 7), (4, 7, 7, 8)]
    assert days(*divided(whole(0, 9), 5))[0] == (0, 4, 4, 5)
    assert days(*divided(whole(0, 9), 5))[-1] == (4, 8, 8, 9)
    assert days(*divided(whole(0, 9), 5, embargo_ms=DAY_MS))[0] == (0, 3, 4, 5)
    assert divided(whole(0, 7), 5) == ()


@pytest.mark.parametrize("anchored", [True, False])
@pytest.mark.parametrize("embargo", [0, 3])
@pytest.mark.parametrize("count", [1, 2, 5, 17])
@pytest.mark.parametrize("length", [40, 100, 1_068])
def test_tests_touch_and_never_overlap_and_no_train_reaches_its_test(anchored: bool, embargo: int, count: int, length: int) -> None:
    """Whatever the numbers."""
    made = divided(whole(7, 7 + length), count, anchored=anchored, embargo_ms=embargo * DAY_MS)
    assert len(made) == count
    assert made[-1].test.end_ms == (7 + length) * DAY_MS
    assert all(before.test.end_ms == after.test.start_ms for before, after in pairwise(made))
    for each in made:
        assert each.train.start_ms < each.train.end_ms
        assert each.train.end_ms + embargo * DAY_MS == each.test.start_ms
        assert each.train.days >= 3 * each.test.days
        assert each.train.start_ms == 7 * DAY_MS or not anchored
