"""What a trial made of a stretch of the bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a trial made of a segment.

    page: the figures of summary.json that hang on the run alone (`trades` to `metrics`), without analysis and warnings; {} where the
    segment holds no bar of the trial. score: by the study's objectives, larger is better, minus infinity where nothing was measured.
    days, profits: what each day with a bar changed equity by, shape (d,), day numbers since 1970 (UTC; a Sunday's bars count to Monday
    where there is no trade on Saturdays) and account currency. Payouts are added back and a new phase or a new account is no change, so
    the sum is the net profit and what is still open at the end, at its last price. Where an account's last phase is passed nothing is
    traded any more, and the days after it are zero.
    held_from: UTC ms at which the first of the positions was opened that the end of the segment found open; 0 where there was none.
    """

    page: Mapping[str, Any]
    score: tuple[float, ...]
    days: Times
    profits: Floats
    held_from: int = 0

    @property
    def profit(self) -> float:
        """The sum of its days, account currency: what was won and lost, what is still open at its last price."""
        return float(self.profits.sum())

    def on(self, days: Times) -> Floats:
        """The profits on these days, shape (len(days),): 0 on a day without a bar of its own."""
        placed = np.zeros(len(days))
        row = np.searchsorted(days, self.days)
        known = (row < len(days)) & (days[np.minimum(row, len(days) - 1)] == self.days) if len(days) else np.zeros(len(row), bool)
        placed[row[known]] = self.profits[known]
        return placed
