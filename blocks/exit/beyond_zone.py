"""Protective stop behind the zone that gave the signal."""

import numpy as np
from pydantic import Field

from runner.columns.volatility import atr
from runner.model.block import Exit
from runner.model.draft import Draft


class BeyondZone(Exit):
    """Stop `multiple` average true ranges beyond the zone's far boundary, moved in to `max_multiple` from the entry where wider."""

    part = "stop"
    multiple: float = Field(1.0, ge=0, description="average true ranges between the far boundary and the stop")
    max_multiple: float | None = Field(1.5, gt=0, description="widest stop, in average true ranges from the entry; null = no limit")
    length: int = Field(14, ge=1, description="bars of the average true range")

    def complete(self, draft: Draft) -> None:
        """Needs levels `zone_lower`, `zone_upper`; gives `stop`."""
        reach = draft.at(atr(draft.market.bars, self.length))
        far = np.where(draft.side > 0, draft.level("zone_lower"), draft.level("zone_upper"))
        distance = draft.side * (draft.entry - far) + self.multiple * reach
        if self.max_multiple is not None:
            distance = np.minimum(distance, self.max_multiple * reach)
        draft.protect(draft.entry - draft.side * distance)
