"""Fair value gaps that are still open, as columns, and the parameters that blocks about them share."""

from __future__ import annotations

import numpy as np
from pydantic import Field, field_validator

from runner.columns.framed import Columns, Framed
from runner.columns.gaps import three_candle
from runner.columns.zones import Zones, edges, first, nearest, standing
from runner.model.bars import Bars
from runner.model.duration import milliseconds

SIDES = {"rise": 1, "fall": -1}


def open_gaps(bars: Bars, min_fraction: float, max_age_ms: int) -> Zones:
    """Gaps of three candles at least `min_fraction` of the close wide, each until a wick reaches its far edge or it is `max_age_ms` old."""
    gaps = three_candle(bars)
    gaps = gaps.where(gaps.size >= min_fraction * bars.close[gaps.born])
    gone = np.searchsorted(bars.close_time, bars.close_time[gaps.born] + max_age_ms, side="left")
    for number, (born, end, side, far) in enumerate(zip(gaps.born, gone, gaps.side, gaps.far, strict=True)):
        wick = (bars.low if side > 0 else bars.high)[born + 1 : end]
        gone[number] = first(side * (wick - far) <= 0, born + 1, end)
    return Zones(born=gaps.born, gone=gone, side=gaps.side, lower=gaps.lower, upper=gaps.upper)


class GapTerms(Framed):
    """Which fair value gaps count, and for how long."""

    min_fraction: float = Field(0.002, ge=0, lt=1, description="width of the gap over price, 0.002 = 0.2 %")
    max_age: str = Field("24h", description="how long a gap is kept at most, from the close that completed it")

    @field_validator("max_age")
    @classmethod
    def _is_age(cls, value: str) -> str:
        milliseconds(value)
        return value

    def book(self, bars: Bars) -> Zones:
        """The gaps with their ends, worked out once however many blocks ask."""
        age = milliseconds(self.max_age)
        return bars.once(("open_gaps", self.min_fraction, age), lambda: open_gaps(bars, self.min_fraction, age))

    def measured(self, bars: Bars) -> Columns:
        """The open gap nearest to the close, left by a rise or by a fall: `rise_lower`, `rise_upper`, `fall_lower`, `fall_upper`.

        Edges are NaN where none is open. `gaps`: how many are; NaN for the first two bars.
        """
        return bars.once(("open_gap_columns", self.min_fraction, self.max_age), lambda: self.made(bars))

    def made(self, bars: Bars) -> Columns:
        """The columns, from the book."""
        gaps, columns = self.book(bars), Columns()
        for name, side in SIDES.items():
            lower, upper = edges(gaps, nearest(gaps, bars.close, side))
            columns |= {f"{name}_lower": lower, f"{name}_upper": upper}
        return columns | {"gaps": np.where(np.arange(len(bars)) >= 2, standing(gaps, len(bars)), np.nan)}
