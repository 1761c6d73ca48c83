"""Which fills opened or enlarged a position."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.records import Reason

ALWAYS = (Reason.ENTRY, Reason.ADD)


def opens(fills: NDArray[Any]) -> NDArray[np.bool_]:
    """Entries, add steps, and quotes on the side of their position's first fill; `fills` holds whole positions, dtype FILL."""
    _, first, position = np.unique(fills["position"], return_index=True, return_inverse=True)
    own_side = fills["side"] == fills["side"][first][position]
    opening: NDArray[np.bool_] = np.isin(fills["reason"], ALWAYS) | ((fills["reason"] == Reason.QUOTE) & own_side)
    return opening
