"""Keltner channel."""

from pydantic import Field

from runner.columns.channels import keltner
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Keltner(Indicator):
    """An exponential average of the closes with average true ranges to either side, as Linda Raschke draws it."""

    length: int = Field(20, ge=1, description="bars of the average")
    range_length: int = Field(10, ge=1, description="bars of the average true range")
    width: float = Field(2.0, gt=0, description="average true ranges from the middle to an edge")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`upper`, `middle`, `lower`, in price units; NaN until average and range are both warm."""
        return keltner(bars, self.length, self.range_length, self.width)._asdict()
