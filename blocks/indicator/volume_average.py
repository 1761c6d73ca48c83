"""Average volume."""

from pydantic import Field

from runner.columns.moving import sma
from runner.columns.volume import ratio
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class VolumeAverage(Indicator):
    """Mean volume of the last bars, the present one included."""

    length: int = Field(20, ge=1, description="bars")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`average`, in units of volume, and `ratio`, the bar's volume as a multiple of it; NaN until warm or without volume."""
        return {"average": sma(bars.volume, self.length), "ratio": ratio(bars.volume, self.length)}
