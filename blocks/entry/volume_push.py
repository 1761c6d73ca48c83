"""A voter: a bar on volume."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from runner.columns.volume import ratio
from runner.columns.votes import graded, voting
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason, at_least, beyond
from runner.model.signal import Signals


class VolumePush(Entry):
    """Votes for the way of a bar whose volume is `ratio` times its average: 1, and 2 from `strong_ratio` on."""

    ratio: float = Field(1.5, gt=0, description="volume over its average from which the vote is 1")
    strong_ratio: float = Field(2.5, gt=0, description="volume over its average from which the vote is 2")
    length: int = Field(20, ge=1, description="bars of the average, the bar itself included")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.ratio > self.strong_ratio:
            raise ValueError(f"ratio must not exceed strong_ratio, was {self.ratio} and {self.strong_ratio}")
        return self

    def signals(self, market: Market) -> Signals:
        """The vote at every bar; contribution `volume_ratio`."""
        bars, much = market.bars, ratio(market.bars.volume, self.length)
        rose, fell = bars.close > bars.open, bars.close < bars.open
        some, more = much >= self.ratio, much >= self.strong_ratio
        return voting(graded(some & rose, more & rose, some & fell, more & fell), {"volume_ratio": np.asarray(much)})

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The volume, and where the bar closed."""
        much, closed, opened = ratio(market.bars.volume, self.length)[row], market.bars.close[row], market.bars.open[row]
        way = 1 if closed >= opened else -1
        return [
            at_least(f"volume over its average of {self.length}", much, self.ratio, "times"),
            beyond("close against open", closed, opened, way, "price"),
        ]
