"""One strategy on one symbol, compiled to data: what the pipeline hands the machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars, Floats, Times
from runner.model.habits import no_habits
from runner.model.market import Market
from runner.model.signal import Signals


@dataclass(frozen=True, kw_only=True)
class Funding:
    """Funding of a perpetual: UTC milliseconds, rate per payment (positive: longs pay), oldest first."""

    time: Times
    rate: Floats
    assumed: bool = False  # True: a configured constant stands in for missing history


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Signals, plans and columns of one strategy on one symbol.

    execution: the bars the machine walks: the signal bars, or finer ones of the same period.
    plans: dtype PLAN, ordered by `time`. columns: one float64 array per attached column, aligned with `market.bars`.
    signals: the entry's opinions before filters. passed: bool, shape (n,), where every filter held.
    filters: each filter's own answer for the signal's direction, bool, shape (n,), by name.
    habits: what the strategy keeps to over its own trades, dtype HABITS, shape (1,), the same for each of its symbols.
    """

    strategy: str
    market: Market
    execution: Bars
    plans: NDArray[Any]
    columns: list[Floats]
    signals: Signals
    passed: NDArray[np.bool_]
    filters: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    funding: Funding | None = None
    habits: NDArray[Any] = field(default_factory=no_habits)
    conversion: Floats | None = None  # account currency per quote currency, aligned with `execution`; None = 1

    @property
    def symbol(self) -> str:
        """The canonical symbol."""
        return self.market.symbol
