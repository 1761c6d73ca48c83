"""Closes beyond a Bollinger band while the relative strength index is at an extreme."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.bollinger import bollinger
from runner.columns.momentum import rsi
from runner.model.bars import Bars, Floats
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import WhenOpen
from runner.model.reason import Reason, at_least, at_most, beyond
from runner.model.signal import Signals


class BandReversion(Entry):
    """Long on a close below the lower band of an oversold market, short on one above the upper band of an overbought one.

    The strength is the index's distance from 50 as a share of 50: 0.4 at 30 or 70, 1 at 0 or 100.
    """

    length: int = Field(20, ge=2, description="bars of the bands")
    deviations: float = Field(2.0, gt=0, description="standard deviations from the mean to each band")
    rsi_length: int = Field(14, ge=1, description="bars of the relative strength index")
    oversold: float = Field(30.0, ge=0, lt=50, description="a long needs the index at or below this")
    overbought: float = Field(70.0, gt=50, le=100, description="a short needs it at or above this")
    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("ignore", description="what a signal does while a position is open")

    def strength(self, bars: Bars) -> Floats:
        """The relative strength index, worked out once."""
        return bars.once(("rsi", self.rsi_length), lambda: rsi(bars.close, self.rsi_length))

    def signals(self, market: Market) -> Signals:
        """Levels `zone_lower`, `zone_upper` (the bands) and `middle`; contributions `rsi` and `percent`, the place between the bands."""
        bars = market.bars
        bands, index = bollinger(bars, self.length, self.deviations), self.strength(bars)
        long = (bars.close < bands.lower) & (index <= self.oversold)
        short = (bars.close > bands.upper) & (index >= self.overbought)
        return Signals(
            direction=long.astype(np.int8) - short.astype(np.int8),
            strength=np.where(np.isnan(index), 0.0, np.abs(index - 50) / 50),
            levels={"zone_lower": bands.lower, "zone_upper": bands.upper, "middle": bands.middle},
            contributions={"rsi": index, "percent": bands.percent},
            plan={"when_open": WhenOpen[self.when_open.upper()]},
        )

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The close against the nearer band, and the index against its bound on that side."""
        bars = market.bars
        bands, index = bollinger(bars, self.length, self.deviations), self.strength(bars)[row]
        close = float(bars.close[row])
        if close <= bands.middle[row]:
            below = beyond("close against the lower band", close, bands.lower[row], -1, "price")
            return [below, at_most("relative strength index", index, self.oversold)]
        above = beyond("close against the upper band", close, bands.upper[row], 1, "price")
        return [above, at_least("relative strength index", index, self.overbought)]
