"""Ambiguous verdicts are replayed on finer bars: where the order of prices inside a bar decides, the bar is taken apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from runner.model.bars import Bars
from runner.model.duration import text
from runner.model.records import Outcome
from runner.model.stream import Stream

PRICES = ("open_time", "open", "high", "low", "close", "volume")
MOST_REPLAYS = 100

type Play = Callable[[Sequence[Stream]], Outcome]


def settled(play: Play, streams: Sequence[Stream], source: Any) -> Outcome:
    """Play `streams`; while a verdict is ambiguous and finer bars of that instant exist, take its bars apart and play again.

    `ambiguous_resolved` counts the instants that finer bars decided; what is left is counted as failed.
    """
    now, outcome, apart = list(streams), play(streams), 0
    for _ in range(MOST_REPLAYS):
        moment = first_ambiguous(outcome)
        finer = now if moment is None else [taken_apart(stream, moment, source) for stream in now]
        if moment is None or all(new is old for new, old in zip(finer, now, strict=True)):
            break
        now, apart = finer, apart + 1
        outcome = play(now)
    return replace(outcome, ambiguous_resolved=apart - min(apart, outcome.ambiguous_failed))


def first_ambiguous(outcome: Outcome) -> int | None:
    """The instant of the first ambiguous verdict, UTC milliseconds; None when every verdict is clear."""
    marked = outcome.phases[outcome.phases["ambiguous"] > 0]
    return int(marked[0]["ended"]) if len(marked) else None


def taken_apart(stream: Stream, moment: int, source: Any) -> Stream:
    """The stream with the execution bar that closes at `moment` replaced by the finest bars that cover it; itself if none do."""
    bars = stream.execution
    row = int(np.searchsorted(bars.close_time, moment))
    if row >= len(bars) or bars.close_time[row] != moment:
        return stream
    start = int(bars.open_time[row])
    for timeframe in source.finer(stream.symbol, text(moment - start)):
        fine = source.bars(stream.symbol, timeframe).between(start, moment)
        if len(fine) > 1 and len(fine) * fine.timeframe_ms == moment - start:
            return replace(stream, execution=spliced(bars, row, fine), conversion=stretched(stream, row, len(fine)))
    return stream


def spliced(bars: Bars, row: int, fine: Bars) -> Bars:
    """`bars` with row `row` replaced by `fine`; the bars then differ in length, so close times are written out."""
    joined = {name: np.concatenate([getattr(bars, name)[:row], getattr(fine, name), getattr(bars, name)[row + 1 :]]) for name in PRICES}
    ends = np.concatenate([bars.close_time[:row], fine.close_time, bars.close_time[row + 1 :]])
    return replace(bars, **joined, ends=ends, buy_volume=None, sell_volume=None, trades=None)


def stretched(stream: Stream, row: int, count: int) -> Any:
    """The conversion column with row `row` repeated for each finer bar."""
    rates = stream.conversion
    return None if rates is None else np.concatenate([rates[:row], np.repeat(rates[row : row + 1], count), rates[row + 1 :]])
