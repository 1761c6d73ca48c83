"""Weighted moving average."""

from pydantic import Field

from runner.columns.weighted import wma
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Wma(Indicator):
    """Mean of the last closes, the latest weighted most and each one before it by one less."""

    length: int = Field(20, ge=1, description="bars; the weights are length, length − 1, … 1")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`wma`, in price units; NaN for the first length − 1 bars."""
        return {"wma": wma(bars.close, self.length)}
