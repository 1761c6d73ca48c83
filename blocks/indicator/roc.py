"""Rate of change."""

from pydantic import Field

from runner.columns.oscillators import roc
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Roc(Indicator):
    """How far the close has come from the close `length` bars before."""

    length: int = Field(12, ge=1, description="bars looked back")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`roc`, a fraction of the earlier close (0.05 = five percent); NaN for the first `length` bars."""
        return {"roc": roc(bars.close, self.length)}
