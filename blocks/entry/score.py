"""Entries with weights."""

from dataclasses import replace
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from runner.columns.merge import Directions, agreed, explained, fresh, heard, held, merged, spoken_now
from runner.model.bars import Floats
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason, at_least
from runner.model.signal import Signals


class Score(Entry):
    """Primary parts must all agree; every secondary part that agrees adds its weight; a signal needs `threshold`.

    The first primary part decides how the position is opened. The strength of a signal is its score.
    """

    primary: dict[str, Entry] = Field(min_length=1, description="parts that must all agree, by a name of your choice")
    secondary: dict[str, Entry] = Field(default_factory=dict, description="parts that add weight, by a name of your choice")
    weights: dict[str, float] = Field(default_factory=dict, description="weight of a secondary part, by its name; 1 where not given")
    threshold: float = Field(1.0, ge=0, description="sum of weights a signal needs")
    within_bars: int = Field(1, ge=1, description="bars a part's opinion stands while the others are awaited; 1 = the same bar")

    @model_validator(mode="after")
    def _known_names(self) -> Self:
        unknown = sorted(set(self.weights) - set(self.secondary))
        both = sorted(set(self.primary) & set(self.secondary))
        if unknown or both:
            raise ValueError(f"weights name secondary parts, and no name is used twice; wrong: {', '.join([*unknown, *both])}")
        return self

    def signals(self, market: Market) -> Signals:
        """Contributions: each part's direction times strength, and what it gave itself as `part.name`."""
        spoken = heard(self.primary, market), heard(self.secondary, market)
        primary, secondary = ({name: held(part, self.within_bars) for name, part in parts.items()} for parts in spoken)
        direction = agreed(primary)
        score = self.score(direction, secondary)
        counts = fresh(spoken[0] | spoken[1]) & (score >= self.threshold)
        return merged(primary | secondary, np.where(counts, direction, 0).astype(np.int8), score)

    def explain(self, market: Market, row: int) -> list[Reason]:
        """What each primary part stands for, the score against the threshold, and whether one of them speaks just now."""
        spoken = heard(self.primary, market), heard(self.secondary, market)
        primary, secondary = ({name: held(part, self.within_bars) for name, part in parts.items()} for parts in spoken)
        score = self.score(agreed(primary), secondary)[row]
        weighed = tuple(explained(self.secondary, secondary, market, row))
        reached = replace(at_least("score of the secondary parts", score, self.threshold), parts=weighed)
        return [*explained(self.primary, primary, market, row), reached, spoken_now(spoken[0] | spoken[1], row)]

    def score(self, direction: Directions, secondary: dict[str, Signals]) -> Floats:
        """Sum of the weights of the secondary parts that agree with `direction`, float64, shape (n,)."""
        score = np.zeros(len(direction))
        for name, part in secondary.items():
            score += self.weights.get(name, 1.0) * ((part.direction == direction) & (direction != 0))
        return score
