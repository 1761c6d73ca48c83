"""How much speaks for a return to the mean."""

from runner.columns.terms import ReversionTerms
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class ReversionStrength(ReversionTerms, Indicator):
    """One number from 0 to 100 out of distance (z-score), autocorrelation of returns and Hurst exponent.

    100 × (½ × min(|z| / full_sigma, 1) + ¼ × clip(−autocorrelation × √length / 2, 0, 1) + ¼ × clip((0.5 − H) / 0.5, 0, 1)): the second part
    is full when returns answer each other by twice the standard error of chance, the third when prices go nowhere.
    """

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`reversion_strength`, and `reversion_side`: +1 where a return would be a rise, -1 a fall; NaN until all three parts are known."""
        return self.on_bars(bars)
