"""Ichimoku cloud chart."""

from pydantic import Field

from runner.columns.ichimoku import ichimoku
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Ichimoku(Indicator):
    """Middles of ranges over three lengths, and the cloud they made some bars ago. The lagging line looks ahead and is left out."""

    tenkan: int = Field(9, ge=1, description="bars of the conversion line")
    kijun: int = Field(26, ge=1, description="bars of the base line")
    senkou: int = Field(52, ge=1, description="bars of the second edge of the cloud")
    displacement: int = Field(
        26, ge=0, description="bars ago at which the cloud of a bar was worked out; charts that count the bar itself: 25"
    )

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`tenkan`, `kijun`, `senkou_a`, `senkou_b`, `cloud_top`, `cloud_bottom`, in price units.

        The cloud is NaN for the first senkou + displacement − 1 bars (or kijun, tenkan if longer), the lines for their length − 1.
        """
        return ichimoku(bars, self.tenkan, self.kijun, self.senkou, self.displacement)._asdict()
