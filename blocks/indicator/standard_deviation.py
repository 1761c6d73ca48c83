"""Standard deviation."""

from pydantic import Field

from runner.columns.windows import deviation
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class StandardDeviation(Indicator):
    """How widely the last closes are spread around their mean."""

    length: int = Field(20, ge=2, description="bars")
    sample: bool = Field(False, description="divides by length − 1, as of a sample; false = by length, as Bollinger's bands do")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`deviation`, in price units, and `deviation_fraction`, of the close; NaN for the first length − 1 bars."""
        column = deviation(bars.close, self.length, sample=self.sample)
        return {"deviation": column, "deviation_fraction": column / bars.close}
