"""Results by hand: a score and the profits of a few days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from runner.study.result import Result
from runner.study.segment import DAY_MS, Segment, Window
from runner.study.walked import Walked


def result(score: float, *profits: float, first: int = 0, trades: int = 1) -> Result:
    """One day for each profit, from day `first` on."""
    page: dict[str, Any] = {"trades": trades, "net_profit": sum(profits), "phases": [], "metrics": {}, "ambiguous": {"counted_failed": 0}}
    return Result(page=page, score=(score,), days=np.arange(first, first + len(profits)), profits=np.array(profits, np.float64))


def window(train: tuple[int, int], test: tuple[int, int]) -> Window:
    """In days."""
    first, second = (Segment(start_ms=start * DAY_MS, end_ms=end * DAY_MS) for start, end in (train, test))
    return Window(train=first, test=second)


def walked(train: Sequence[Sequence[Result]], test: Sequence[Sequence[Result]]) -> Walked:
    """Rolling windows of ten days and two, a parameter `fast` that counts the trials."""
    windows = tuple(window((2 * n, 2 * n + 10), (2 * n + 10, 2 * n + 12)) for n in range(len(train)))
    values = tuple({"strategy.entry.fast": number + 1} for number in range(len(train[0])))
    return Walked(values=values, windows=windows, train=tuple(map(tuple, train)), test=tuple(map(tuple, test)), year=365)
