"""Columns on the signal bars or on coarser ones: what blocks with a `timeframe` share."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from runner.model.bars import Bars, Floats, resample
from runner.model.block import Block
from runner.model.duration import milliseconds
from runner.model.market import Market
from runner.model.terms import Duration

Columns = dict[str, Floats]


class Framed(Block):
    """A block that measures bars of a timeframe of its own. What it measured is known once those bars have closed, not before."""

    timeframe: Duration | None = Field(None, description="bars that are measured, a multiple of the strategy's own; null = the signal bars")

    def timeframes(self) -> frozenset[str]:
        """Its own timeframe beside those of nested blocks."""
        return super().timeframes() | (frozenset() if self.timeframe is None else frozenset({self.timeframe}))

    def measured(self, bars: Bars) -> Columns:
        """The columns of `bars`, whichever timeframe they are."""
        raise NotImplementedError

    def on_bars(self, bars: Bars) -> Columns:
        """The same on signal bars, float64, shape (n,). A timeframe that they do not make up is a LookupError."""
        other = coarser(bars, self.timeframe)
        return self.measured(bars) if other is bars else aligned(self.measured(other), other, bars)

    def on_market(self, market: Market) -> Columns:
        """The same for filters and entries, which may also look at finer bars."""
        other = market.bars if self.timeframe is None else market.at(self.timeframe)
        return self.measured(other) if other is market.bars else aligned(self.measured(other), other, market.bars)


def coarser(bars: Bars, timeframe: str | None) -> Bars:
    """The bars of `timeframe` that `bars` make up, worked out once; `bars` themselves for null."""
    if timeframe is None:
        return bars
    try:
        return bars.once(("at", timeframe), lambda: resample(bars, milliseconds(timeframe)))
    except ValueError:
        raise LookupError(f"no {timeframe} bars of {bars.symbol}, and its signal bars do not make them up") from None


def aligned(columns: Columns, other: Bars, bars: Bars) -> Columns:
    """Columns of `other` at each of `bars`: those of the last one that is complete at its close; NaN before there is one."""
    last = np.searchsorted(other.close_time, bars.close_time, side="right") - 1
    known, rows = last >= 0, np.maximum(last, 0)
    return {name: np.where(known, values[rows], np.nan) if len(values) else np.full(len(rows), np.nan) for name, values in columns.items()}
