"""Hull moving average."""

from pydantic import Field

from runner.columns.weighted import hull
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Hull(Indicator):
    """Average of the closes that lags less: a weighted one of half the length, carried on by what the whole one lags behind it."""

    length: int = Field(20, ge=2, description="bars; its half and its root are rounded down")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`hull`, in price units; NaN for the first length + root − 2 bars, 22 of 20."""
        return {"hull": hull(bars.close, self.length)}
