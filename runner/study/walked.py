"""A walk-forward that was walked: in every window a trial chosen on the past, and what each made of the days after it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.study.choice import best, neighbours, standing
from runner.study.result import Result
from runner.study.segment import Segment, Window

CALENDAR = 365  # days of a year in which money is said

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One side of the walk, the trains or the tests: the chosen trials' results, window after window; None where none was chosen.

    year: trading days a year.
    """

    segments: tuple[Segment, ...]
    results: tuple[Result | None, ...]
    year: int

    @property
    def days(self) -> float:
        """Calendar days of all segments, those without a choice included: capital waits there."""
        return sum(each.days for each in self.segments)

    @property
    def made(self) -> list[Result]:
        """The results there are."""
        return [each for each in self.results if each is not None]

    @property
    def profit(self) -> float:
        """Net profit of all segments."""
        return sum(each.profit for each in self.made)

    @property
    def pace(self) -> float:
        """Net profit for 365 days."""
        return self.profit / self.days * CALENDAR if self.days else math.nan

    @property
    def profits(self) -> Floats:
        """The days' profits, segment after segment."""
        return np.concatenate([np.empty(0), *(each.profits for each in self.made)])

    @property
    def sharpe(self) -> float:
        """Mean over standard deviation of the days' profits, for a year; NaN where they do not differ. No risk-free rate."""
        spread = float(self.profits.std(ddof=1)) if len(self.profits) > 1 else 0.0
        return float(self.profits.mean()) / spread * math.sqrt(self.year) if spread > 0 else math.nan

    @property
    def won(self) -> int:
        """Segments that ended with a profit."""
        return sum(each.profit > 0 for each in self.made)

    @property
    def score(self) -> float:
        """The mean of the first objective, with its sign, over the segments that measure it; NaN where none does."""
        known = [each.score[0] for each in self.made if each.score[0] > -math.inf]
        return float(np.mean(known)) if known else math.nan


@dataclass(frozen=True, kw_only=True)
class Walked:
    """Everything a walk-forward found.

    values: what sets each trial apart. train, test: what every trial made of every window's two parts, [window][trial]. year: trading
    days a year.
    """

    values: tuple[Mapping[str, Any], ...]
    windows: tuple[Window, ...]
    train: tuple[tuple[Result, ...], ...]
    test: tuple[tuple[Result, ...], ...]
    year: int

    @cached_property
    def chosen(self) -> tuple[int | None, ...]:
        """The trial with the best score in each window's train, whatever comes after it; None where no trial measured anything."""
        return tuple(best([each.score for each in window]) for window in self.train)

    @cached_property
    def inside(self) -> Floats:
        """Where each trial stands in each train, 1 the best, shape (windows, trials)."""
        return standings(self.train)

    @cached_property
    def outside(self) -> Floats:
        """The same in the tests."""
        return standings(self.test)

    @cached_property
    def in_sample(self) -> Part:
        """What the chosen trials made of the days they were chosen on."""
        return Part(segments=tuple(each.train for each in self.windows), results=self._of_chosen(self.train), year=self.year)

    @cached_property
    def out_of_sample(self) -> Part:
        """What they made of the days after them."""
        return Part(segments=tuple(each.test for each in self.windows), results=self._of_chosen(self.test), year=self.year)

    def _of_chosen(self, results: Sequence[Sequence[Result]]) -> tuple[Result | None, ...]:
        return tuple(None if number is None else window[number] for number, window in zip(self.chosen, results, strict=True))

    @property
    def efficiency(self) -> float:
        """Walk-forward efficiency (Pardo): profit a year out of sample over profit a year in sample; NaN where the latter is no profit."""
        return self.out_of_sample.pace / self.in_sample.pace if self.in_sample.pace > 0 else math.nan

    @property
    def rank(self) -> float:
        """Mean place of the chosen trials in the tests: 0.5 is what choosing by chance gives. NaN without a choice or with one trial."""
        places = [self.outside[window, number] for window, number in enumerate(self.chosen) if number is not None]
        return float(np.mean(places)) if places and len(self.values) > 1 else math.nan

    @cached_property
    def beside(self) -> list[list[int]]:
        """The neighbours of each trial."""
        return neighbours(self.values)

    def plateau(self, window: int) -> float:
        """How good the neighbours of the window's choice are: their mean standing in its train; NaN without any.

        Near 1 the choice lies on a plateau; near 0.5 or below it is a lone peak, as noise has them.
        """
        number = self.chosen[window]
        near = [] if number is None else self.beside[number]
        return float(self.inside[window, near].mean()) if near else math.nan

    @cached_property
    def stitched(self) -> tuple[Times, NDArray[np.int64], Floats]:
        """The tests end to end: (day numbers since 1970, window of each day, profit of each day). Nothing on days without a bar."""
        known = [(number, each) for number, each in enumerate(self.out_of_sample.results) if each is not None]
        return (
            np.concatenate([np.empty(0, np.int64), *(each.days for _, each in known)]),
            np.concatenate([np.empty(0, np.int64), *(np.full(len(each.days), number) for number, each in known)]),
            np.concatenate([np.empty(0), *(each.profits for _, each in known)]),
        )

    @property
    def drawdown(self) -> float:
        """The deepest fall of the stitched equity from an earlier day's end to a later one's, account currency."""
        equity = np.r_[0.0, np.cumsum(self.stitched[2])]
        return float((np.maximum.accumulate(equity) - equity).max())


def standings(results: Sequence[Sequence[Result]]) -> Floats:
    """Where each trial stands in each window, shape (windows, trials)."""
    return np.array([standing([each.score for each in window]) for window in results], np.float64).reshape(len(results), -1)
