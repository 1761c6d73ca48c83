"""Market profile."""

from runner.columns.terms import ProfileTerms
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class MarketProfile(ProfileTerms, Indicator):
    """Where volume was traded: a bar's volume counts at its typical price, (high + low + close) / 3, in one of `bins` steps."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`poc`, the price with most volume, `val` and `vah`, the ends of the area around it that holds `value_area` of the volume.

        Rolling: NaN for the first length − 1 bars. By session: of the last session that is complete; NaN until there is one.
        """
        return self.on_bars(bars)
