"""Several entries that must agree."""

import numpy as np
from pydantic import Field

from runner.columns.merge import agreed, explained, fresh, heard, held, merged, spoken_now
from runner.columns.moving import constant
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.reason import Reason
from runner.model.signal import Signals


class AllOf(Entry):
    """A signal where all parts speak for the same direction. The first part decides how the position is opened."""

    entries: dict[str, Entry] = Field(min_length=1, description="the parts, by a name of your choice")
    within_bars: int = Field(1, ge=1, description="bars a part's opinion stands while the others are awaited; 1 = the same bar")

    def signals(self, market: Market) -> Signals:
        """Contributions: each part's direction times strength, and what it gave itself as `part.name`."""
        parts = heard(self.entries, market)
        standing = {name: held(part, self.within_bars) for name, part in parts.items()}
        direction = np.where(fresh(parts), agreed(standing), 0).astype(np.int8)
        return merged(standing, direction, constant(1.0, len(direction)))

    def explain(self, market: Market, row: int) -> list[Reason]:
        """What each part stands for, and whether one of them speaks just now."""
        parts = heard(self.entries, market)
        standing = {name: held(part, self.within_bars) for name, part in parts.items()}
        return [*explained(self.entries, standing, market, row), spoken_now(parts, row)]
