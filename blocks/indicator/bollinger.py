"""Bollinger bands."""

from pydantic import Field

from runner.columns.bollinger import bollinger
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Bollinger(Indicator):
    """The mean of closes with a number of standard deviations to both sides, and where the close stands between them."""

    length: int = Field(20, ge=2, description="bars")
    deviations: float = Field(2.0, gt=0, description="standard deviations from the mean to each band")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`percent` (0 = at the lower band, 1 = at the upper), `upper`, `middle`, `lower`, `width`; NaN for length − 1 bars."""
        bands = bollinger(bars, self.length, self.deviations)
        return {"percent": bands.percent, "upper": bands.upper, "middle": bands.middle, "lower": bands.lower, "width": bands.width}
