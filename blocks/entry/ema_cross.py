"""Two exponential averages crossing."""

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from runner.columns.moving import constant, ema, ema_of, meeting
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import WhenOpen
from runner.model.reason import Reason, at_least, at_most, beyond
from runner.model.signal import Signals


class EmaCross(Entry):
    """Long on the bar at whose close the fast average has crossed above the slow one, short on the opposite cross."""

    fast: int = Field(20, ge=1, description="bars of the fast average")
    slow: int = Field(50, ge=2, description="bars of the slow average, more than `fast`")
    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("reverse", description="what a signal does while a position is open")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.fast >= self.slow:
            raise ValueError(f"fast must be shorter than slow, was {self.fast} and {self.slow}")
        return self

    def signals(self, market: Market) -> Signals:
        """Crosses; contributions `fast` and `slow` are the averages."""
        fast, slow = ema_of(market.bars, self.fast), ema_of(market.bars, self.slow)
        direction = np.zeros(len(fast), np.int8)
        direction[1:] += (fast[1:] > slow[1:]) & (fast[:-1] <= slow[:-1])
        direction[1:] -= (fast[1:] < slow[1:]) & (fast[:-1] >= slow[:-1])
        return Signals(
            direction=direction,
            strength=constant(1.0, len(fast)),
            contributions={"fast": fast, "slow": slow},
            plan={"when_open": WhenOpen[self.when_open.upper()]},
        )

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The averages at this close and at the one before; without a cross, which close would have made one."""
        closes = market.bars.close[: row + 1]
        fast, slow = ema(closes, self.fast), ema(closes, self.slow)
        if row == 0 or np.isnan(slow[row - 1]):
            return [at_least("bars the slow average needs", row, self.slow, "bars", "a cross needs it at two closes")]
        before = fast[row - 1] - slow[row - 1]
        up = before < 0 or (before == 0 and fast[row] >= slow[row])
        words = (
            "" if (fast[row] > slow[row] if up else fast[row] < slow[row]) else meeting(fast[row - 1], slow[row - 1], self.fast, self.slow)
        )
        now = beyond("fast average against the slow one", fast[row], slow[row], 1 if up else -1, "price", words)
        earlier = (at_most if up else at_least)("fast average against the slow one, a bar before", fast[row - 1], slow[row - 1], "price")
        return [earlier, now]
