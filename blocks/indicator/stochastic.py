"""Stochastic oscillator."""

from pydantic import Field

from runner.columns.stochastic import stochastic
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Stochastic(Indicator):
    """Where the close stands in the range of the last bars, from 0 to 100, smoothed."""

    length: int = Field(14, ge=1, description="bars of the range")
    smooth: int = Field(3, ge=1, description="bars of the mean that makes `k`; 1 = the fast form")
    signal: int = Field(3, ge=1, description="bars of the mean of `k` that makes `d`")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`k`, NaN for length + smooth − 2 bars, and `d`, for signal − 1 more."""
        return stochastic(bars, self.length, self.smooth, self.signal)._asdict()
