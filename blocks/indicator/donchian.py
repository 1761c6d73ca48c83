"""Donchian channel."""

from pydantic import Field

from runner.columns.channels import donchian
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Donchian(Indicator):
    """The highest high and the lowest low of the last bars."""

    length: int = Field(20, ge=1, description="bars")
    before: bool = Field(False, description="of the bars before each bar, so that the bar itself can break out")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`upper`, `middle`, `lower`, in price units; NaN for the first length − 1 bars, with `before` for `length`."""
        return donchian(bars, self.length, before=self.before)._asdict()
