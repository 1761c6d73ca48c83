"""Consecutive parts of the time a search looks at: a trial is judged on one after the other before it is run on the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from runner.compose.overrides import COMMAND
from runner.model.errors import Problem
from runner.search.space import unsearchable


@dataclass(frozen=True)
class Segment:
    """Days from `first` to `last`, both traded, UTC."""

    first: date
    last: date

    def words(self) -> list[str]:
        """The words that let a job trade these days only."""
        return [f"++mode.start='{self.first.isoformat()}'", f"++mode.end='{self.last.isoformat()}'"]


def segments(first: date, last: date, count: int) -> tuple[Segment, ...]:
    """`count` segments as equal as whole days allow, the earliest first. ConfigError when there are fewer days than segments."""
    days = (last - first).days + 1
    if days < count:
        message = f"expected at most one segment a day, was {count} for the {days} days from {first} to {last}"
        raise unsearchable([Problem(path="hydra.sweeper.segments", message=message, where=COMMAND)])
    edges = [first + timedelta(days=days * k // count) for k in range(count + 1)]
    return tuple(Segment(begin, end - timedelta(days=1)) for begin, end in pairwise(edges))


def running(scores: Sequence[float | None]) -> float | None:
    """The score so far: the mean over the segments that measured one; None when none did."""
    measured = [score for score in scores if score is not None]
    return sum(measured) / len(measured) if measured else None
