"""Simple moving average."""

from pydantic import Field

from runner.columns.moving import sma
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Sma(Indicator):
    """Plain mean of the last closes."""

    length: int = Field(20, ge=1, description="bars")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`sma`, in price units; NaN for the first length − 1 bars."""
        return {"sma": sma(bars.close, self.length)}
