"""Entries and filters with weights."""

from dataclasses import replace
from typing import Self

import numpy as np
from pydantic import Field, NonNegativeFloat, model_validator

from runner.columns.merge import explained, held, merged
from runner.columns.score import Tally, check, graded, tally
from runner.model.block import Entry, Filter
from runner.model.market import Market
from runner.model.reason import Reason, at_least
from runner.model.signal import Signals


class Score(Entry):
    """Primary parts must all agree; every secondary part that agrees and every condition that lets it pass adds its weight.

    A signal needs `threshold`, or the score of `grade`. Without primary parts the side that weighs more is the direction, if a part speaks
    for it. The first part that speaks decides how the position is opened. The strength of a signal is its score.
    """

    primary: dict[str, Entry] = Field(default_factory=dict, description="parts that must all agree; none: the heavier side is taken")
    secondary: dict[str, Entry] = Field(default_factory=dict, description="parts that add weight, by a name of your choice")
    conditions: dict[str, Filter] = Field(default_factory=dict, description="filters that add weight where they let the direction pass")
    weights: dict[str, NonNegativeFloat] = Field(
        default_factory=dict, description="weight of a secondary part or condition, by name; 1 if not given"
    )
    threshold: float = Field(1.0, ge=0, description="sum of weights a signal needs")
    grades: dict[str, NonNegativeFloat] = Field(default_factory=dict, description="names for scores, such as weak: 3, normal: 5, strong: 7")
    grade: str | None = Field(None, description="the grade a signal needs; null = the threshold")
    within_bars: int = Field(1, ge=1, description="bars a part's opinion stands while the others are awaited; 1 = the same bar")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        check([self.primary, self.secondary, self.conditions], self.weights, self.grades, self.grade)
        return self

    def tallied(self, market: Market) -> Tally:
        """Direction and score at every bar, with what they are made of."""
        return tally(market, (self.primary, self.secondary, self.conditions), self.weights, lambda part: held(part, self.within_bars))

    def signals(self, market: Market) -> Signals:
        """Contributions: what each part and condition says, `part.name` what it gave itself; with grades `grade`, how many are reached."""
        found = self.tallied(market)
        counts = found.fresh & (found.score >= self.grades.get(self.grade or "", self.threshold))
        signals = merged(found.primary | found.secondary, np.where(counts, found.direction, 0).astype(np.int8), found.score)
        return replace(signals, contributions={**signals.contributions, **found.weighed(), **graded(found.score, self.grades)})

    def explain(self, market: Market, row: int) -> list[Reason]:
        """What each primary part stands for, the score against what is needed, and whether one of them speaks just now."""
        found, needed = self.tallied(market), self.grades.get(self.grade or "", self.threshold)
        weighed = [*explained(self.secondary, found.secondary, market, row), *found.told(self.conditions, market, row)]
        reached = replace(at_least(found.name, found.score[row], needed), parts=tuple(weighed))
        return [*explained(self.primary, found.primary, market, row), reached, *found.speaking(row)]
