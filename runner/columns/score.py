"""Weights of entries and filters added up for a direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.columns.judge import per_bar
from runner.columns.merge import Directions, agreed, fresh, heard
from runner.model.bars import Floats
from runner.model.block import Entry, Filter
from runner.model.market import Market
from runner.model.reason import Reason
from runner.model.signal import Signals

Mask = NDArray[np.bool_]
Parts = tuple[Mapping[str, Entry], Mapping[str, Entry], Mapping[str, Filter]]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What parts and conditions come to at every bar: direction, score and whether a part speaks just now; shape (n,).

    primary, secondary: the parts' opinions as they are counted. conditions: each filter's answers for long and for short.
    """

    direction: Directions
    score: Floats
    fresh: Mask
    primary: dict[str, Signals]
    secondary: dict[str, Signals]
    conditions: dict[str, tuple[Mask, Mask]]

    @property
    def name(self) -> str:
        """What the score is called."""
        return "score of the secondary parts" if not self.conditions else "score of secondary parts and conditions"

    def weighed(self) -> dict[str, Floats]:
        """Each condition's contribution: the direction where it lets it pass, else 0."""
        return {name: np.where(_passes(self.direction, up, down), self.direction, 0.0) for name, (up, down) in self.conditions.items()}

    def told(self, filters: Mapping[str, Filter], market: Market, row: int) -> list[Reason]:
        """One reason for each condition: whether it lets the direction pass, its own reasons behind it; none without a direction."""
        side = int(self.direction[row])
        told = {name: tuple(each.explain(market, row, side)) for name, each in filters.items()} if side else {}
        return [Reason(name=name, holds=all(part.holds for part in parts), parts=parts) for name, parts in told.items()]

    def speaking(self, row: int) -> list[Reason]:
        """Whether a part speaks at this very bar; without primary parts also whether one side weighs more."""
        heavier_side = Reason(name="one side weighs more than the other", holds=bool(self.direction[row]))
        now = Reason(name="one of them speaks at this very bar", holds=bool(self.fresh[row]))
        return [now] if self.primary else [heavier_side, now]


def tally(market: Market, parts: Parts, weights: Mapping[str, float], stands: Callable[[Signals], Signals]) -> Tally:
    """Add up parts (primary, secondary) and conditions. `stands`: an opinion as it is counted while others are awaited."""
    primary, secondary, conditions = parts
    spoken = heard(primary, market), heard(secondary, market)
    first, others = ({name: stands(part) for name, part in each.items()} for each in spoken)
    passing, count = answers(conditions, market), len(market.bars)
    direction = agreed(first) if first else heavier(others, passing, weights, count)
    return Tally(
        direction=direction,
        score=weigh(direction, others, passing, weights),
        fresh=fresh(spoken[0] | spoken[1]) if first else newly(spoken[1], direction),
        primary=first,
        secondary=others,
        conditions=passing,
    )


def answers(conditions: Mapping[str, Filter], market: Market) -> dict[str, tuple[Mask, Mask]]:
    """Each filter's answers for long and for short, bool, shape (n,)."""

    def asked(block: Filter, direction: int) -> Mask:
        return per_bar(block, block.passes(market, direction), len(market.bars))

    return {name: (asked(block, 1), asked(block, -1)) for name, block in conditions.items()}


def _passes(side: Directions, up: Mask, down: Mask) -> Mask:
    passes: Mask = ((side > 0) & up) | ((side < 0) & down)
    return passes


def weigh(
    side: Directions, parts: Mapping[str, Signals], conditions: Mapping[str, tuple[Mask, Mask]], weights: Mapping[str, float]
) -> Floats:
    """Sum of the weights of the parts that share `side` and of the conditions that let it pass, float64, shape (n,); 0 where it is 0."""
    score = np.zeros(len(side))
    for name, part in parts.items():
        score += weights.get(name, 1.0) * ((part.direction == side) & (side != 0))
    for name, (up, down) in conditions.items():
        score += weights.get(name, 1.0) * _passes(side, up, down)
    return score


def heavier(
    parts: Mapping[str, Signals], conditions: Mapping[str, tuple[Mask, Mask]], weights: Mapping[str, float], count: int
) -> Directions:
    """The side that weighs more of those that a part speaks for, 0 where they weigh the same; int8, shape (n,)."""

    def weight(side: int) -> Floats:
        every = np.full(count, side, np.int8)
        spoken = np.logical_or.reduce([part.direction == side for part in parts.values()])
        return np.where(spoken, weigh(every, parts, conditions, weights), -np.inf)

    up, down = weight(1), weight(-1)
    return (up > down).astype(np.int8) - (down > up).astype(np.int8)


def newly(parts: Mapping[str, Signals], direction: Directions) -> Mask:
    """Where at least one part speaks for `direction` at this very bar, bool, shape (n,)."""
    speaks: Mask = np.logical_or.reduce([(part.direction == direction) & (direction != 0) for part in parts.values()])
    return speaks


def graded(score: Floats, grades: Mapping[str, float]) -> dict[str, Floats]:
    """How many of the grades each score has reached, as the column `grade`; nothing without grades."""
    reached = np.searchsorted(np.sort(list(grades.values())), score, side="right").astype(np.float64)
    return {"grade": reached} if grades else {}


def check(
    groups: Sequence[Mapping[str, Entry] | Mapping[str, Filter]],
    weights: Mapping[str, float],
    grades: Mapping[str, float],
    grade: str | None,
) -> None:
    """Refuse (ValueError) weights of nobody, names used twice, a score in which nobody speaks and a grade that is none.

    groups: primary parts, secondary parts, conditions.
    """
    names = [name for group in groups for name in group]
    unknown = set(weights) - {name for group in groups[1:] for name in group}
    wrong = [*sorted(unknown), *sorted({name for name in names if names.count(name) > 1} - unknown)]
    if wrong:
        raise ValueError(f"weights name secondary parts or conditions, and no name is used twice; wrong: {', '.join(wrong)}")
    if not groups[0] and not groups[1]:
        raise ValueError("expected a part under primary or secondary: conditions alone never speak")
    if grade is not None and grade not in grades:
        raise ValueError(f"expected one of the grades ({', '.join(grades) or 'there are none'}), was {grade!r}")
