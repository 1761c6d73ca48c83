"""Heikin-Ashi candles that change their colour."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.flips import kept, turns
from runner.columns.heikin_ashi import colour, heikin_ashi
from runner.columns.moving import constant
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import WhenOpen
from runner.model.reason import Reason
from runner.model.signal import Signals


class HeikinAshiFlip(Entry):
    """Long at the close of the first rising candle after falling ones, short the other way round.

    A candle without a body has no colour of its own and keeps the one before it: it neither makes a flip nor hides one.
    """

    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("reverse", description="what a flip does while a position is open")

    def signals(self, market: Market) -> Signals:
        """Flips; contributions `ha_open`, `ha_close` and `colour`: +1 rising, -1 falling, 0 not known yet."""
        candles = heikin_ashi(market.bars)
        colours = kept(colour(candles))
        return Signals(
            direction=turns(colours).astype(np.int8),
            strength=constant(1.0, len(colours)),
            contributions={"ha_open": candles.open, "ha_close": candles.close, "colour": colours},
            plan={"when_open": WhenOpen[self.when_open.upper()]},
        )

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The colours of the last two completed candles."""
        candles = heikin_ashi(market.bars)
        colours = kept(colour(candles))
        now, before = float(colours[row]), float(colours[row - 1]) if row else 0.0
        words = f"opened at {candles.open[row]:,.6g}, closed at {candles.close[row]:,.6g}"
        last = Reason(name="colour of the last candle", holds=now != 0, measured=now, unit="signed", words=words)
        return [last, Reason(name="colour of the candle before it, the other one", holds=now * before < 0, measured=before, unit="signed")]
