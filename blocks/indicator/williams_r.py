"""Williams %R."""

from pydantic import Field

from runner.columns.oscillators import williams_r
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class WilliamsR(Indicator):
    """Where the close stands in the range of the last bars."""

    length: int = Field(14, ge=1, description="bars of the range")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`williams_r`, from 0 at the highest high to -100 at the lowest low; NaN for the first length − 1 bars and without a range."""
        return {"williams_r": williams_r(bars, self.length)}
