"""Average volume."""

import numpy as np
from pydantic import Field

from runner.columns.moving import sma
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class VolumeAverage(Indicator):
    """Mean volume of the last bars, the present one included."""

    length: int = Field(20, ge=1, description="bars")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`average`, in units of volume, and `ratio`, the bar's volume as a multiple of it; NaN until warm or without volume."""
        average = sma(bars.volume, self.length)
        ratio = np.divide(bars.volume, average, out=np.full(len(bars), np.nan), where=average > 0)
        return {"average": average, "ratio": ratio}
