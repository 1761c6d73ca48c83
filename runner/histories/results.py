"""The odds over drawn histories, as a frozen table: what the files, the terminal and the page are made from."""

from __future__ import annotations

from dataclasses import dataclass

from runner.model.bars import Floats
from runner.odds.results import Interval, Shares, Spread


@dataclass(frozen=True, kw_only=True)
class Histories:
    """What became of starts in `drawn` histories, in each of them spread evenly over its days. Times UTC ms, shares as fractions.

    odds, decided: share passed of all starts, and of those that passed or failed; their intervals hold for the chance of the
    drawing, history by history, and not for what the past itself leaves open. passed: the share of each history, shape (drawn,).
    """

    planned: int
    drawn: int  # fewer than planned when it was stopped
    seed: int
    block_days: float  # mean length of the blocks
    first: int  # the time they were drawn from
    last: int
    shares: Shares  # of all starts of all histories
    odds: Interval
    decided: Interval
    passed: Floats
    spread: Spread  # of `passed`
    days: Spread  # calendar days to pass
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether it was stopped before every history was drawn."""
        return self.drawn < self.planned
