"""Funding of a run: history where there is some, the configured constant at the payments it does not cover."""

from __future__ import annotations

import numpy as np

from runner.model.bars import Bars, Times
from runner.model.bot import Costs
from runner.model.instrument import Instrument
from runner.model.stream import Funding


def due_times(interval_ms: int, bars: Bars) -> Times:
    """The payments of a perpetual within the bars, on the UTC grid of its interval, int64 milliseconds."""
    if interval_ms <= 0 or len(bars) == 0:
        return np.empty(0, np.int64)
    first = int(bars.open_time[0]) // interval_ms + 1
    last = int(bars.close_time[-1]) // interval_ms
    return np.arange(first, last + 1, dtype=np.int64) * interval_ms


def complete(known: Funding | None, instrument: Instrument, bars: Bars, costs: Costs) -> Funding | None:
    """`known` with every missing payment at the configured rate, marked as assumed; None where nothing is ever paid."""
    if not costs.funding:
        return None
    due = due_times(instrument.funding_interval_ms, bars)
    have = known.time if known is not None else np.empty(0, np.int64)
    missing = due[~near(due, have, instrument.funding_interval_ms // 2)]
    if len(missing) == 0:
        return known
    rates = known.rate if known is not None else np.empty(0)
    time = np.concatenate([have, missing])
    rate = np.concatenate([rates, np.full(len(missing), costs.funding_rate)])
    order = np.argsort(time, kind="stable")
    return Funding(time=time[order], rate=rate[order], assumed=True)


def near(times: Times, known: Times, tolerance_ms: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of `times` have a known payment closer than the tolerance; a firm's own schedule may differ from the grid."""
    if len(known) == 0:
        return np.zeros(len(times), np.bool_)
    after = np.minimum(np.searchsorted(known, times), len(known) - 1)
    before = np.maximum(after - 1, 0)
    distance = np.minimum(np.abs(known[after] - times), np.abs(known[before] - times))
    return np.asarray(distance < max(tolerance_ms, 1))
