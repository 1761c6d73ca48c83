"""Autocorrelation of returns."""

from pydantic import Field

from runner.columns.framed import Framed
from runner.columns.spread import autocorrelation
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Autocorrelation(Framed, Indicator):
    """Whether returns repeat themselves (above 0) or answer each other (below 0): Pearson's correlation with those `lag` bars before."""

    length: int = Field(50, ge=3, le=5000, description="pairs of returns")
    lag: int = Field(1, ge=1, description="bars between the two returns of a pair")

    def measured(self, bars: Bars) -> dict[str, Floats]:
        """The column on bars of its own timeframe."""
        return {"autocorrelation": autocorrelation(bars.close, self.length, self.lag)}

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`autocorrelation`, from -1 to 1; NaN for the first length + lag bars, and where all returns of the window are the same."""
        return self.on_bars(bars)
