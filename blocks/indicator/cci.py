"""Commodity channel index."""

from pydantic import Field

from runner.columns.oscillators import cci
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Cci(Indicator):
    """How unusually far the typical price is from its mean: beyond ±100 is about a quarter of the time."""

    length: int = Field(20, ge=2, description="bars of mean and mean deviation")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`cci`, in 0.015 mean deviations; NaN for the first length − 1 bars and where nothing moved in as many."""
        return {"cci": cci(bars, self.length)}
