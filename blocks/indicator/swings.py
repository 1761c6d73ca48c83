"""Swing structure."""

from runner.columns.terms import SwingTerms
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class Swings(SwingTerms, Indicator):
    """Highs and lows that stand out from `reach` bars on either side, known `reach` bars later, and the structure they make."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`swing_high`, `swing_low`: prices of the last confirmed ones. `trend`: +1 after higher high and low, -1 after lower ones, else 0.

        A high is above each of the `reach` highs before it and not below one after it; lows mirror that. NaN until there are enough.
        """
        return self.on_bars(bars)
