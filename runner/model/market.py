"""What a block may look at: one symbol's bars, their other timeframes and the release calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars, Floats, Times, resample
from runner.model.duration import milliseconds
from runner.model.instrument import Instrument


@dataclass(frozen=True, kw_only=True)
class Releases:
    """Scheduled economic releases, oldest first: UTC milliseconds, event codes and the currency they move."""

    time: Times = field(default_factory=lambda: np.empty(0, np.int64))
    event: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Market:
    """One symbol as a strategy sees it. `others` holds bars of further timeframes that were loaded, by text ('1h')."""

    bars: Bars
    instrument: Instrument
    others: Mapping[str, Bars] = field(default_factory=dict)
    releases: Releases = field(default_factory=Releases)

    @property
    def symbol(self) -> str:
        """The canonical symbol."""
        return self.bars.symbol

    def at(self, timeframe: str) -> Bars:
        """Bars of another timeframe: loaded ones where there are any, else the signal bars resampled.

        Raises LookupError when neither is possible; the message names symbol and timeframe.
        """
        if timeframe in self.others:
            return self.others[timeframe]
        try:
            return self.bars.once(("at", timeframe), lambda: resample(self.bars, milliseconds(timeframe)))
        except ValueError:
            raise LookupError(f"no {timeframe} bars of {self.symbol}, and its signal bars are coarser") from None

    def last_closed(self, other: Bars) -> NDArray[np.int64]:
        """For each signal bar the index of the last bar of `other` that is complete at its close; -1 where none is."""
        return np.searchsorted(other.close_time, self.bars.close_time, side="right") - 1

    def align(self, values: Floats, other: Bars) -> Floats:
        """Bring a column of `other` onto the signal bars, using only bars of `other` that are complete; NaN before."""
        index = self.last_closed(other)
        return np.where(index >= 0, values[np.maximum(index, 0)], np.nan) if len(values) else np.full(len(index), np.nan)

    def closed_by(self, time_ms: int) -> Market:
        """The market as it was known at `time_ms`: every timeframe cut at that instant. Releases are known ahead."""
        others = {name: bars.closed_by(time_ms) for name, bars in self.others.items()}
        return replace(self, bars=self.bars.closed_by(time_ms), others=others)
