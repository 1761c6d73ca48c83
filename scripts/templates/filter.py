"""Only bars that were traded enough."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.model.block import Filter
from runner.model.market import Market


class Template(Filter):
    """Holds where the signal bar's volume is at least `minimum_volume`, for both directions."""

    minimum_volume: float = Field(0.0, ge=0, description="volume the signal bar must have, in units of the bars")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        """True where the volume is reached, shape (n,)."""
        return np.asarray(market.bars.volume >= self.minimum_volume)
