"""Realised volatility."""

from pydantic import Field

from runner.columns.volatility import realised
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from runner.model.duration import DAY_MS


class RealisedVolatility(Indicator):
    """Standard deviation of the last log returns."""

    length: int = Field(20, ge=2, description="returns, each from one close to the next")
    days_per_year: float = Field(365, gt=0, description="trading days a year, of 24 hours: 365 where trading never stops, 252 for stocks")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`volatility`, a fraction per bar, and `annual`, the same over a year; NaN for the first `length` bars."""
        column = realised(bars, self.length)
        return {"volatility": column, "annual": column * (self.days_per_year * DAY_MS / bars.timeframe_ms) ** 0.5}
