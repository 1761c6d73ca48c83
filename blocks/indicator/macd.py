"""Moving average convergence and divergence."""

from typing import Self

from pydantic import Field, model_validator

from runner.columns.macd import macd
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Macd(Indicator):
    """How far a fast exponential average runs ahead of a slow one, and the average of that."""

    fast: int = Field(12, ge=1, description="bars of the fast average")
    slow: int = Field(26, ge=2, description="bars of the slow average, more than `fast`")
    signal: int = Field(9, ge=1, description="bars of the average of their distance")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.fast >= self.slow:
            raise ValueError(f"fast must be shorter than slow, was {self.fast} and {self.slow}")
        return self

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`histogram`, `line`, `signal`, in price units; NaN for slow + signal − 2 bars, `line` for slow − 1."""
        found = macd(bars, self.fast, self.slow, self.signal)
        return {"histogram": found.histogram, "line": found.line, "signal": found.signal}
