"""Entries that say what a test tells them to."""

from __future__ import annotations

import numpy as np

from runner.model.block import Entry, Filter
from runner.model.market import Market
from runner.model.signal import Signals


class Says(Entry):
    """Speaks as told, with one level and one plan field if given."""

    directions: list[int]
    level: float | None = None
    price: float | None = None

    def signals(self, market: Market) -> Signals:
        """The given directions, one per bar."""
        direction = np.array(self.directions[: len(market.bars)], np.int8)
        level = {} if self.level is None else {"zone_lower": np.full(len(direction), self.level)}
        plan = {} if self.price is None else {"entry_price": np.full(len(direction), self.price)}
        return Signals(direction=direction, strength=np.full(len(direction), 2.0), levels=level, plan=plan)


class Only(Filter):
    """Passes one direction."""

    direction: int

    def passes(self, market: Market, direction: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """True for that direction."""
        return np.full(len(market.bars), direction == self.direction)
