"""Several voters of which some must agree."""

from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from runner.columns.merge import Directions, explained, heard
from runner.columns.votes import for_side, is_new, result
from runner.model.bars import Floats
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason, above, at_least
from runner.model.signal import Signals


class Confirmations(Entry):
    """A signal where at least `needed` voters speak for one side, and more than for the other; their number is its strength."""

    voters: dict[str, Entry] = Field(min_length=1, description="entries that confirm, by a name of your choice")
    needed: int = Field(2, ge=1, description="voters that must speak for a side")
    repeat: bool = Field(False, description="true: speaks at every bar that has enough; false: where that begins")
    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("reverse", description="what a signal does while a position is open")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.needed > len(self.voters):
            raise ValueError(f"needed must not exceed the number of voters, was {self.needed} of {len(self.voters)}")
        return self

    def signals(self, market: Market) -> Signals:
        """Contributions: the votes."""
        votes = heard(self.voters, market)
        longs, shorts = self.counted(votes)
        return result(votes, self.side(longs, shorts), np.maximum(longs, shorts), self.when_open, repeat=self.repeat)

    def counted(self, votes: dict[str, Signals]) -> tuple[Floats, Floats]:
        """Voters for long and for short, each float64, shape (n,)."""
        directions = np.array([vote.direction for vote in votes.values()])
        return (directions > 0).sum(axis=0).astype(np.float64), (directions < 0).sum(axis=0).astype(np.float64)

    def side(self, longs: Floats, shorts: Floats) -> Directions:
        """The side that has enough and the most, 0 where neither; int8, shape (n,)."""
        return np.where(np.maximum(longs, shorts) >= self.needed, np.sign(longs - shorts), 0).astype(np.int8)

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The side with the most voters against the number needed and the other side; then whether that is new."""
        votes = heard(self.voters, market)
        longs, shorts = self.counted(votes)
        most, least = max(longs[row], shorts[row]), min(longs[row], shorts[row])
        side = "long" if longs[row] >= shorts[row] else "short"
        enough = at_least(f"voters for {side}", most, self.needed, "count")
        told = replace(enough, parts=for_side(explained(self.voters, votes, market, row), longs[row] - shorts[row]))
        new = [] if self.repeat else [is_new(self.side(longs, shorts), row)]
        return [told, above(f"voters for {side} against the other side", most, least, "count"), *new]
