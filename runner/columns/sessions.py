"""Bars by the session they open in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars, Times
from runner.model.clock import resets_ms
from runner.model.rules import Reset

Numbers = NDArray[np.int64]


class Sessions(NamedTuple):
    """Sessions that bars open in, oldest first; those without bars are left out.

    begins: every begin of a session around the bars, UTC ms, shape (k,). number: of each session, how many have begun by then, shape (s,).
    first: its first bar, shape (s,). of: the session of each bar, shape (n,). whole: whether the first of them is seen from its begin.
    """

    begins: Times
    number: Numbers
    first: Numbers
    of: Numbers
    whole: bool


def sessions(bars: Bars, clock: Reset) -> Sessions:
    """Sessions that begin when the clock says; needs a bar, found once."""
    return bars.once(("sessions", clock), lambda: _sessions(bars, clock))


def _sessions(bars: Bars, clock: Reset) -> Sessions:
    opened = bars.open_time
    begins = resets_ms(clock.at, clock.zone, int(opened[0]), int(bars.close_time[-1]), clock.weekdays)
    begun = np.searchsorted(begins, opened, side="right")
    fresh = np.r_[True, begun[1:] != begun[:-1]]
    first = np.flatnonzero(fresh)
    whole = bool(opened[0] in begins)
    return Sessions(begins=begins, number=begun[first], first=first, of=np.cumsum(fresh) - 1, whole=whole)


def completed(bars: Bars, days: Sessions) -> Numbers:
    """For each bar the last session that is over at its close, all its bars included; -1 where none is that was seen from its begin."""
    begun = np.searchsorted(days.begins, bars.close_time, side="right")
    last: Numbers = np.searchsorted(days.number, begun - 1, side="right") - 1
    return last if days.whole else np.where(last == 0, -1, last)
