"""Bar closes that stand near a scheduled release. The schedule is known ahead, so looking forward in it is causal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Times
from runner.model.market import Market, Releases


def chosen(releases: Releases, currencies: Sequence[str], events: Sequence[str]) -> Times:
    """Times of the releases that move one of `currencies`; of those named in `events` only, when any are named."""
    pairs = zip(releases.event, releases.currency, strict=True)
    wanted = [currency in currencies and (not events or event in events) for event, currency in pairs]
    return releases.time[np.array(wanted, np.bool_)]


def near_release(market: Market, times: Times, before_ms: int, after_ms: int) -> NDArray[np.bool_]:
    """True at a bar close when the bar that follows reaches between release − before and release + after; shape (n,).

    One bar early on purpose: what is opened or kept at this close is still held when the window begins.
    """
    closes = market.bars.close_time
    first = np.searchsorted(times, closes - after_ms, side="right")
    last = np.searchsorted(times, closes + market.bars.timeframe_ms + before_ms, side="left")
    return last > first


def coming(times: Times, after_ms: int) -> str:
    """The first release later than `after_ms`, as people write it."""
    later = times[np.searchsorted(times, after_ms, side="right") :]
    return f"at {datetime.fromtimestamp(int(later[0]) / 1000, UTC):%Y-%m-%d %H:%M} UTC" if len(later) else "not known yet"
