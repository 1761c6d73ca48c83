"""Several voters, and what they think on the whole."""

from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from runner.columns.merge import explained, heard
from runner.columns.votes import check, for_side, is_new, result, sided, total
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason, at_least, at_most
from runner.model.signal import Signals


class Votes(Entry):
    """Each voter's direction times strength is its vote, −2 to +2; mean or sum make a verdict from strong sell to strong buy."""

    voters: dict[str, Entry] = Field(min_length=1, description="entries that vote, by a name of your choice; silence is a vote of 0")
    weights: dict[str, float] = Field(default_factory=dict, description="weight of a voter, by its name; 1 where not given")
    combine: Literal["mean", "sum"] = Field("mean", description="what is made of the weighted votes")
    strong_buy: float = Field(1.0, gt=0, description="from here up it is a strong buy")
    buy: float = Field(0.5, gt=0, description="from here up it is a buy")
    sell: float = Field(-0.5, lt=0, description="from here down it is a sell")
    strong_sell: float = Field(-1.0, lt=0, description="from here down it is a strong sell")
    act_on: Literal["any", "strong"] = Field("any", description="any: every buy and sell; strong: only strong ones")
    repeat: bool = Field(False, description="true: speaks at every bar of the verdict; false: where it begins")
    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("reverse", description="what a signal does while a position is open")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        check([self.strong_sell, self.sell, self.buy, self.strong_buy], self.weights, self.voters)
        return self

    def signals(self, market: Market) -> Signals:
        """Contributions: `score`, the `verdict` from −2 to +2, and the votes; strength is the size of the score."""
        votes = heard(self.voters, market)
        score = total(votes, self.weights, self.combine)
        verdict = sided(score, self.buy, self.sell) + sided(score, self.strong_buy, self.strong_sell)
        spoken = result(votes, sided(score, *self.thresholds()), np.abs(score), self.when_open, repeat=self.repeat)
        return replace(spoken, contributions={"score": score, "verdict": verdict.astype(np.float64), **spoken.contributions})

    def thresholds(self) -> tuple[float, float]:
        """Scores from which up and down it is traded."""
        return (self.buy, self.sell) if self.act_on == "any" else (self.strong_buy, self.strong_sell)

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The score against the threshold on its side, with every vote; then whether the verdict is new."""
        votes, (buy, sell) = heard(self.voters, market), self.thresholds()
        score = total(votes, self.weights, self.combine)
        told = for_side(explained(self.voters, votes, market, row), score[row])
        name = f"{self.combine} of the votes"
        reached = at_least(name, score[row], buy) if score[row] >= 0 else at_most(name, score[row], sell)
        return [replace(reached, parts=told), *([] if self.repeat else [is_new(sided(score, buy, sell), row)])]
