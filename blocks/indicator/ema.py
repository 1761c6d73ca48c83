"""Exponential moving average."""

from pydantic import Field

from runner.columns.moving import ema_of
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Ema(Indicator):
    """Average of the closes that forgets old ones exponentially."""

    length: int = Field(20, ge=1, description="bars; the weight of a bar halves about every third of them")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`ema`, in price units; NaN for the first length − 1 bars."""
        return {"ema": ema_of(bars, self.length)}
