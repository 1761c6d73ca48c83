"""Distance from the mean."""

from runner.columns.terms import DistanceTerms
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class ZScore(DistanceTerms, Indicator):
    """How many standard deviations (divisor n) the close is away from the mean of the last closes."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`z_score`; NaN for the first length − 1 bars, and where all closes of the window are the same."""
        return self.on_bars(bars)
