"""A voter: the sign of the MACD."""

from typing import Self

from pydantic import Field, model_validator

from runner.columns.macd import macd
from runner.columns.votes import ahead, voting
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason, beyond
from runner.model.signal import Signals


class MacdState(Entry):
    """Votes for the side on which the MACD line stands of its signal line, at every bar; more at the bar of the cross."""

    fast: int = Field(12, ge=1, description="bars of the fast average")
    slow: int = Field(26, ge=2, description="bars of the slow average, more than `fast`")
    signal: int = Field(9, ge=1, description="bars of the signal line")
    state: float = Field(1.0, gt=0, le=2, description="vote while it stands so")
    fresh: float = Field(2.0, gt=0, le=2, description="vote at the bar of the cross")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.fast >= self.slow:
            raise ValueError(f"fast must be shorter than slow, was {self.fast} and {self.slow}")
        return self

    def signals(self, market: Market) -> Signals:
        """The vote at every bar; contributions `line` and `signal`."""
        found = macd(market.bars, self.fast, self.slow, self.signal)
        return voting(ahead(found.line, found.signal, self.state, self.fresh), {"line": found.line, "signal": found.signal})

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The line against its signal."""
        found = macd(market.bars, self.fast, self.slow, self.signal)
        line, signal = found.line[row], found.signal[row]
        return [beyond("MACD line against its signal", line, signal, 1 if line >= signal else -1, "price")]
