"""On-balance volume."""

from pydantic import Field

from runner.columns.obv import obv_change, obv_over_average, obv_pressure
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Obv(Indicator):
    """Volume of rising bars minus that of falling ones, over a window.

    The running total is not offered: it depends on the first bar of the history. Its change and its distance from its average do not.
    """

    length: int = Field(20, ge=2, description="bars looked back, and bars of the average")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`pressure` (the change as a share of all volume, -1 to 1), `change` and `over_average`, in units of volume.

        NaN for the first `length` bars, `over_average` for one less; `pressure` also where nothing was traded.
        """
        return {
            "pressure": obv_pressure(bars, self.length),
            "change": obv_change(bars, self.length),
            "over_average": obv_over_average(bars, self.length),
        }
