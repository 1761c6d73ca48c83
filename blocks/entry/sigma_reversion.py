"""Closes far from their mean."""

from typing import Literal

import numpy as np
from pydantic import Field

from runner.columns.near import before, likelier, two_sided
from runner.columns.terms import DistanceTerms
from runner.model.bars import Floats
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import WhenOpen
from runner.model.reason import Reason, above, at_least, at_most, below
from runner.model.signal import Signals


class SigmaReversion(DistanceTerms, Entry):
    """Long on a close `sigma` standard deviations or more below its mean, short above it; or on the first close back inside.

    The strength is the distance over `sigma`, of the bar before where it is the return that speaks. Contribution: `z_score`.
    """

    sigma: float = Field(2.0, gt=0, description="standard deviations between close and mean")
    speaks: Literal["beyond", "return"] = Field("beyond", description="beyond: every close that far out; return: the first one back inside")
    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("ignore", description="what a signal does while a position is open")

    def distances(self, market: Market) -> tuple[Floats, Floats]:
        """The z-score at the bar that must lie outside, and at the one that must lie inside (NaN: none must)."""
        z = self.on_market(market)["z_score"]
        return (z, np.full(len(z), np.nan)) if self.speaks == "beyond" else (before(z), z)

    def signals(self, market: Market) -> Signals:
        """Silent until the mean is known."""
        outside, inside = self.distances(market)
        back = self.speaks == "beyond"
        long, short = (outside <= -self.sigma) & (back | (inside > -self.sigma)), (outside >= self.sigma) & (back | (inside < self.sigma))
        strength = np.nan_to_num(np.abs(outside) / self.sigma)
        plan = {"when_open": WhenOpen[self.when_open.upper()]}
        return Signals(
            direction=two_sided(long, short), strength=strength, contributions={"z_score": self.on_market(market)["z_score"]}, plan=plan
        )

    def explain(self, market: Market, row: int) -> list[Reason]:
        """The distance against the bound on its side; for a return also the one after."""
        outside, inside = (values[row] for values in self.distances(market))
        name = "standard deviations from the mean"
        low, high = [at_most(name, outside, -self.sigma)], [at_least(name, outside, self.sigma)]
        if self.speaks == "return":
            low, high = [*low, above("a bar later", inside, -self.sigma)], [*high, below("a bar later", inside, self.sigma)]
        return likelier([low, high])
