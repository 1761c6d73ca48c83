"""A voter: two averages."""

from typing import Literal, Self

from pydantic import Field, model_validator

from runner.columns.moving import ema_of, sma
from runner.columns.votes import ahead, voting
from runner.model.bars import Bars, Floats
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason, beyond
from runner.model.signal import Signals


class AverageState(Entry):
    """Votes for the side on which the fast average stands of the slow one, at every bar; more at the bar of the cross."""

    fast: int = Field(9, ge=1, description="bars of the fast average; 1 = the close itself")
    slow: int = Field(21, ge=2, description="bars of the slow average, more than `fast`")
    kind: Literal["exponential", "simple"] = Field("exponential", description="how both averages are made")
    state: float = Field(1.0, gt=0, le=2, description="vote while it stands so")
    fresh: float = Field(2.0, gt=0, le=2, description="vote at the bar of the cross")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.fast >= self.slow:
            raise ValueError(f"fast must be shorter than slow, was {self.fast} and {self.slow}")
        return self

    def average(self, bars: Bars, length: int) -> Floats:
        """One of the two, float64, shape (n,)."""
        return ema_of(bars, length) if self.kind == "exponential" else sma(bars.close, length)

    def signals(self, market: Market) -> Signals:
        """The vote at every bar; contributions `fast` and `slow` are the averages."""
        fast, slow = self.average(market.bars, self.fast), self.average(market.bars, self.slow)
        return voting(ahead(fast, slow, self.state, self.fresh), {"fast": fast, "slow": slow})

    def explain(self, market: Market, row: int) -> list[Reason]:
        """One average against the other."""
        fast, slow = self.average(market.bars, self.fast)[row], self.average(market.bars, self.slow)[row]
        return [beyond(f"average of {self.fast} against that of {self.slow}", fast, slow, 1 if fast >= slow else -1, "price")]
