"""Protective stop at an indicator's column."""

import numpy as np
from pydantic import Field

from runner.columns.picked import ColumnName, picked
from runner.columns.volatility import atr
from runner.model.block import Exit, Indicator
from runner.model.draft import Draft


class ColumnStop(Exit):
    """Stop where a column of `indicator` stands at the signal bar, such as a band, a channel's edge or an average."""

    part = "stop"
    indicator: Indicator = Field(description="the block that computes the column")
    column: ColumnName = Field(None, description="which of its columns; null = its first")
    short_column: ColumnName = Field(None, description="which of them for shorts; null = the same")
    buffer_atr: float = Field(0.0, ge=0, description="average true ranges between the column and the stop")
    length: int = Field(14, ge=1, description="bars of the average true range, where buffer_atr is not 0")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `stop`; withdraws plans on the wrong side."""
        bars = draft.market.bars
        below = draft.at(picked(self.indicator, self.column, bars)[1])
        over = draft.at(picked(self.indicator, self.short_column or self.column, bars)[1])
        buffer = self.buffer_atr * draft.at(atr(bars, self.length)) if self.buffer_atr else 0.0
        draft.protect(np.where(draft.side > 0, below - buffer, over + buffer))
