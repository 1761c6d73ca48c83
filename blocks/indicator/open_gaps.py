"""Fair value gaps that are open."""

from runner.columns.open_gaps import GapTerms
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class OpenGaps(GapTerms, Indicator):
    """Prices that an impulse skipped (three candles) and that no wick has crossed since: the nearest gap left by a rise and by a fall."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`rise_lower`, `rise_upper`, `fall_lower`, `fall_upper`: NaN where none is open. `gaps`: how many are; NaN for two bars."""
        return self.on_bars(bars)
