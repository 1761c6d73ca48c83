"""Average true range."""

from pydantic import Field

from runner.columns.volatility import atr
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Atr(Indicator):
    """How far a bar usually moves, gaps included."""

    length: int = Field(14, ge=1, description="bars, smoothed as Wilder does")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`atr`, in price units, and `atr_fraction`, of the close; NaN for the first length − 1 bars."""
        column = atr(bars, self.length)
        return {"atr": column, "atr_fraction": column / bars.close}
