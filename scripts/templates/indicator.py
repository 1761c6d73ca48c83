"""How far prices have come."""

import numpy as np
from pydantic import Field

from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Template(Indicator):
    """Difference between a close and the close `length` bars before it."""

    length: int = Field(20, ge=1, description="bars looked back")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`template`, in price units; NaN for the first `length` bars."""
        column = np.full(len(bars), np.nan)
        column[self.length :] = bars.close[self.length :] - bars.close[: -self.length]
        return {"template": column}
