"""Leave when the zone that gave the signal no longer holds."""

import numpy as np
from pydantic import Field

from runner.columns.distance import positive
from runner.columns.volatility import atr
from runner.model.block import Exit
from runner.model.draft import Draft


class BackThroughZone(Exit):
    """Closes when a bar closes more than `multiple` average true ranges back through the zone's entry-side boundary."""

    multiple: float = Field(1.0, ge=0, description="average true ranges beyond the entry-side boundary")
    length: int = Field(14, ge=1, description="bars of the average true range")

    def complete(self, draft: Draft) -> None:
        """Needs levels `zone_lower`, `zone_upper`; gives `invalidation`; withdraws plans whose range is not warm."""
        reach = draft.at(atr(draft.market.bars, self.length))
        near = np.where(draft.side > 0, draft.level("zone_upper"), draft.level("zone_lower"))
        draft.plans["invalidation"] = positive(near - draft.side * self.multiple * reach)
        draft.withdraw(np.isnan(reach))
