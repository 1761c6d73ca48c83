"""Average true range in percent."""

from pydantic import Field

from runner.columns.volatility import atr
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class AtrPercent(Indicator):
    """How far a bar usually moves, in percent of the price, so that one bound suits every symbol."""

    length: int = Field(14, ge=1, description="bars, smoothed as Wilder does")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`atr_percent`, 2.0 = two percent of the close (a hundred times `atr_fraction` of atr); NaN for the first length − 1 bars."""
        return {"atr_percent": 100 * atr(bars, self.length) / bars.close}
