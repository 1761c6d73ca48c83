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
        """`line`, in price units, and `direction`: +1 while it runs below prices, -1 while above.

        NaN until a close has left the bands for the first time: before that the side is not known.
        """
        return supertrend(bars, self.length, self.width)._asdict()
