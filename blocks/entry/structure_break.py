"""Closes beyond the last swing."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.moving import constant
from runner.columns.near import before, likelier, of_side, two_sided
from runner.columns.terms import SwingTerms
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import WhenOpen
from runner.model.reason import Reason, at_least, at_most, beyond
from runner.model.signal import Signals

TREND = {"any": 0, "continuation": 1, "reversal": -1}


class StructureBreak(SwingTerms, Entry):
    """Long on the first close above the last swing high, short on the first below the last swing low, as known a bar earlier.

    Levels: `zone_lower`, `zone_upper` (the two swings), `boundary` (the one that was broken).
    """

    breaks: Literal["any", "continuation", "reversal"] = Field(
        "any", description="any; or only those with, or only those against the trend"
    )
    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("ignore", description="what a signal does while a position is open")

    def signals(self, market: Market) -> Signals:
        """Strength is 1."""
        high, low, trend = (before(self.on_market(market)[name]) for name in ("swing_high", "swing_low", "trend"))
        close, last, wanted = market.bars.close, before(market.bars.close), TREND[self.breaks]
        long, short = (close > high) & (last <= high) & ~np.isnan(low), (close < low) & (last >= low) & ~np.isnan(high)
        if wanted:
            long, short = long & (trend == wanted), short & (trend == -wanted)
        direction = two_sided(long, short)
        levels = {"zone_lower": of_side(direction, low, low), "zone_upper": of_side(direction, high, high)}
        levels["boundary"] = of_side(direction, high, low)
        plan = {"when_open": WhenOpen[self.when_open.upper()]}
        return Signals(direction=direction, strength=constant(1.0, len(close)), levels=levels, plan=plan)

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The close and the one before against the swing, and the trend where it matters."""
        high, low, trend = (before(self.on_market(market)[name])[row] for name in ("swing_high", "swing_low", "trend"))
        close, last, wanted = market.bars.close[row], before(market.bars.close)[row], TREND[self.breaks]
        known = [Reason(name="a swing high and a swing low are confirmed", holds=False)] if np.isnan(high + low) else []
        up = [beyond("close against the last swing high", close, high, 1, "price"), at_most("close of the bar before", last, high, "price")]
        down = [
            beyond("close against the last swing low", close, low, -1, "price"),
            at_least("close of the bar before", last, low, "price"),
        ]
        with_trend = {
            side: Reason(name=f"trend of the swings, {self.breaks} wanted", holds=trend == wanted * side, measured=trend, unit="signed")
            for side in (1, -1)
        }
        return [*known, *likelier([[*up, *([with_trend[1]] if wanted else [])], [*down, *([with_trend[-1]] if wanted else [])]])]
