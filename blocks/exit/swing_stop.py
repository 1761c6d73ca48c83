"""Protective stop behind the last extreme."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.channels import donchian
from runner.columns.structure import swings
from runner.columns.volatility import atr
from runner.model.bars import Floats
from runner.model.block import Exit
from runner.model.draft import Draft


class SwingStop(Exit):
    """Stop under a recent low for a long, over a recent high for a short, with a buffer of average true ranges or ticks."""

    part = "stop"
    swing: Literal["lookback", "confirmed"] = Field("lookback", description="lookback: extreme of the last bars; confirmed: last turn")
    bars: int = Field(10, ge=1, description="lookback: bars, the signal bar included; confirmed: bars on each side of the turn")
    buffer_atr: float = Field(0.0, ge=0, description="average true ranges between the extreme and the stop")
    buffer_ticks: float = Field(1.0, ge=0, description="and ticks of the instrument")
    length: int = Field(14, ge=1, description="bars of the average true range, where buffer_atr is not 0")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `stop`; withdraws plans without an extreme, or with one on the wrong side of the entry."""
        low, high = self.extremes(draft)
        ticks = self.buffer_ticks * draft.market.instrument.tick
        buffer = ticks + self.buffer_atr * draft.at(atr(draft.market.bars, self.length)) if self.buffer_atr else ticks
        draft.protect(np.where(draft.side > 0, draft.at(low) - buffer, draft.at(high) + buffer))

    def extremes(self, draft: Draft) -> tuple[Floats, Floats]:
        """(low, high) to stand behind at every bar, float64, shape (n,)."""
        bars = draft.market.bars
        if self.swing == "confirmed":
            turns = swings(bars, self.bars)
            return turns["swing_low"], turns["swing_high"]
        channel = donchian(bars, self.bars)
        return channel.lower, channel.upper
