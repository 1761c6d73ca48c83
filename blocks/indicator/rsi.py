"""Relative strength index."""

from pydantic import Field

from runner.columns.momentum import rsi
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Rsi(Indicator):
    """Share of recent movement that went up, from 0 to 100."""

    length: int = Field(14, ge=1, description="bars, smoothed as Wilder does")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`rsi`, from 0 to 100; NaN for the first `length` bars."""
        return {"rsi": rsi(bars.close, self.length)}
