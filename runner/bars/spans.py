"""Stretches of time as half-open spans of UTC milliseconds: which are covered, which are missing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from runner.model.bars import Times

Span = tuple[int, int]


def runs(open_time: Times, step_ms: int) -> list[Span]:
    """The stretches that bars of `step_ms` cover without a hole; `open_time` is sorted, shape (n,)."""
    if not len(open_time):
        return []
    after = np.flatnonzero(np.diff(open_time) > step_ms) + 1
    starts, ends = open_time[np.r_[0, after]], open_time[np.r_[after - 1, len(open_time) - 1]] + step_ms
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as possible, oldest first; empty spans are left out."""
    whole: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def missing(wanted: Span, have: Iterable[Span]) -> list[Span]:
    """The parts of `wanted` that none of the spans covers, oldest first."""
    left, at = [], wanted[0]
    for start, end in joined(have):
        if at < min(start, wanted[1]):
            left.append((at, min(start, wanted[1])))
        at = max(at, end)
    return [*left, (at, wanted[1])] if at < wanted[1] else left
