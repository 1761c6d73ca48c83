"""Hurst exponent."""

from runner.columns.terms import MemoryTerms
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Hurst(MemoryTerms, Indicator):
    """Whether moves go on (above 0.5) or come back (below): how fast mean squares of lagged differences of log prices grow with the lag.

    The mean is not taken out of the differences, so a steady drift counts as moves that go on. This is not the rescaled range.
    """

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`hurst`; NaN for the first length − 1 bars, and where prices did not move over one of the lags."""
        return self.on_bars(bars)
