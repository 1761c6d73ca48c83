"""Money flow index."""

from pydantic import Field

from runner.columns.money_flow import money_flow_index
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Mfi(Indicator):
    """Share of recent turnover that came with rising prices, from 0 to 100: an RSI with volume."""

    length: int = Field(14, ge=1, description="bars")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`mfi`, from 0 to 100; NaN for the first `length` bars and where there was no volume."""
        return {"mfi": money_flow_index(bars, self.length)}
