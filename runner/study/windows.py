"""The windows of a walk-forward: what settings are chosen on, and what they are judged on.

Pardo, The Evaluation and Optimization of Trading Strategies, 2nd edition (2008), chapter 11. Tests follow one another without a gap and
without overlap. A rolling train moves along with its test, an anchored one begins with the data and grows.
"""

from __future__ import annotations

from runner.study.segment import DAY_MS, Segment, Window

TRAIN_TESTS = 3  # a train is as long as so many tests, where only one of the two is said; Pardo: tests of a quarter to a third of it
WINDOWS = 5


def divided(whole: Segment, count: int, *, anchored: bool = False, embargo_ms: int = 0) -> tuple[Window, ...]:
    """`count` windows over all of `whole`; () where it has not a day for each test.

    Each test is as many whole days as go into the whole `count + 3` times; the first train is what is left before the first test.
    """
    room = whole.end_ms - whole.start_ms - embargo_ms
    test = room // (count + TRAIN_TESTS) // DAY_MS * DAY_MS
    return spaced(whole, room - count * test, test, anchored=anchored, embargo_ms=embargo_ms) if test > 0 else ()


def spaced(whole: Segment, train_ms: int, test_ms: int, *, anchored: bool = False, embargo_ms: int = 0) -> tuple[Window, ...]:
    """As many windows of these lengths as fit, the first from the beginning of `whole`; what is too short for one more is left out."""
    first = whole.start_ms + train_ms + embargo_ms
    begins = range(first, whole.end_ms - test_ms + 1, test_ms)
    return tuple(
        Window(
            train=Segment(start_ms=whole.start_ms if anchored else begin - embargo_ms - train_ms, end_ms=begin - embargo_ms),
            test=Segment(start_ms=begin, end_ms=begin + test_ms),
        )
        for begin in begins
    )
