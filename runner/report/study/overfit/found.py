"""What mode=overfit found: every try and its days, how often the best ones fell, what the best one's Sharpe ratio is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runner.report.study.about import About
from runner.study.deflated import Deflated
from runner.study.overfit import Overfit


@dataclass(frozen=True, kw_only=True)
class Try:
    """A trial of the study. number: 1 = the first typed. column: in the series; None where it was left out, and `why`.

    profit: account currency, what is open at the end at its last price. sharpe: a year, of the days' profits.
    """

    number: int
    profit: float
    trades: int
    sharpe: float
    column: int | None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Overfitted:
    """days: day numbers since 1970, shape (d,). series: profit of each day, account currency, shape (d, n): the tries compared.

    year: trading days a year. tries: every trial, as typed.
    """

    about: About
    year: int
    tries: tuple[Try, ...]
    days: NDArray[np.int64]
    series: NDArray[np.float64]
    overfit: Overfit
    deflated: Deflated

    @property
    def compared(self) -> tuple[Try, ...]:
        """The tries in the order of their columns."""
        return tuple(each for each in self.tries if each.column is not None)

    @property
    def best(self) -> Try:
        """The one with the highest Sharpe ratio."""
        return self.compared[self.deflated.best]

    def name(self, each: Try) -> str:
        """A try in short, by what sets it apart."""
        return self.about.labels[each.number - 1]

    def yearly(self, ratio: float) -> float:
        """A daily Sharpe ratio as a yearly one."""
        return ratio * math.sqrt(self.year)

    def shown(self, measure: float) -> float:
        """What tries were ranked by, as people read it: a yearly Sharpe ratio, or the mean profit of a day."""
        return self.yearly(measure) if self.overfit.measure == "sharpe" else measure

    @property
    def measure(self) -> str:
        """Its name."""
        return "Sharpe ratio a year" if self.overfit.measure == "sharpe" else f"mean profit a day, {self.about.currency}"

    def chosen(self, each: Try) -> float:
        """In which share of the splits a try was the best in sample."""
        return float((self.overfit.chosen == each.column).mean()) if each.column is not None else math.nan
