"""Heikin-Ashi candles."""

from runner.columns.heikin_ashi import colour, heikin_ashi
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator


class HeikinAshi(Indicator):
    """Candles whose open is the middle of the candle before and whose close is the bar's mean price: a trend keeps one colour."""

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """`open`, `high`, `low`, `close`, in price units, and `colour`: +1 rising, -1 falling, 0 without a body.

        NaN for 40 bars, after which less than 1e-12 of the first open is left; `close` needs no other bar and is known at once.
        """
        candles = heikin_ashi(bars)
        return candles._asdict() | {"colour": colour(candles)}
