"""Average directional index."""

from pydantic import Field

from runner.columns.directional import adx
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Adx(Indicator):
    """How strongly prices go one way, and which way, as Wilder measures it: above 25 is called a trend."""

    length: int = Field(14, ge=1, description="bars, smoothed as Wilder does")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`adx`, `plus_di`, `minus_di`, from 0 to 100; the first NaN for 2 × length − 1 bars, the others for `length`."""
        return adx(bars, self.length)._asdict()
