"""Several entries of which one is enough."""

import numpy as np
from pydantic import Field

from runner.columns.merge import explained, heard, merged
from runner.columns.moving import constant
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason
from runner.model.signal import Signals


class AnyOf(Entry):
    """A signal where at least one part speaks and none contradicts it. The first that speaks decides how the position is opened."""

    entries: dict[str, Entry] = Field(min_length=1, description="the parts, by a name of your choice")

    def signals(self, market: Market) -> Signals:
        """Contributions: each part's direction times strength, and what it gave itself as `part.name`."""
        parts = heard(self.entries, market)
        directions = np.array([part.direction for part in parts.values()])
        direction = (directions.max(axis=0) + directions.min(axis=0)).clip(-1, 1).astype(np.int8)
        return merged(parts, direction, constant(1.0, len(direction)))

    def explain(self, market: Market, row: int) -> list[Reason]:
        """Whether a part speaks, and whether another contradicts it."""
        parts = heard(self.entries, market)
        said = {int(part.direction[row]) for part in parts.values()}
        told = tuple(explained(self.entries, parts, market, row))
        speaks = Reason(name="a part speaks", holds=bool(said - {0}), parts=told)
        return [speaks, Reason(name="no part contradicts another", holds=not {1, -1} <= said)]
