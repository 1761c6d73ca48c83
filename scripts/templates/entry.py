"""Bars that move far."""

import numpy as np
from pydantic import Field

from runner.model.block import Entry
from runner.model.market import Market
from runner.model.signal import Signals


class Template(Entry):
    """Long after a bar that rose by `move_fraction` of its open, short after one that fell by it."""

    move_fraction: float = Field(0.01, gt=0, lt=1, description="move from open to close that makes a signal, 0.01 = 1 %")

    def signals(self, market: Market) -> Signals:
        """Direction of the move; strength is the move in multiples of `move_fraction`; contribution `move` is the fraction itself."""
        move = market.bars.close / market.bars.open - 1
        strength = np.abs(move) / self.move_fraction
        direction = np.where(strength >= 1, np.sign(move), 0).astype(np.int8)
        return Signals(direction=direction, strength=strength, contributions={"move": move})
