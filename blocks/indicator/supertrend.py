"""Supertrend."""

from pydantic import Field

from runner.columns.supertrend import supertrend
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Supertrend(Indicator):
    """A stop line that follows prices at some average true ranges and changes sides when they close through it."""

    length: int = Field(10, ge=1, description="bars of the average true range")
    width: float = Field(3.0, gt=0, description="average true ranges from the middle of a bar to its bands")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`direction` (+1 line below prices, -1 above) and `line`, in price units.

        NaN until a close has left the bands for the first time: before that the side is not known.
        """
        found = supertrend(bars, self.length, self.width)
        return {"direction": found.direction, "line": found.line}
