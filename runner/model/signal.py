"""An opinion at bar closes: direction, strength, reference levels. It has no quantity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Floats


@dataclass(frozen=True, kw_only=True)
class Signals:
    """Opinions aligned with the signal bars.

    direction: int8, shape (n,), -1, 0 or +1. strength: float64, shape (n,).
    levels: named price levels (`zone_lower`, `zone_upper`, ...), float64, shape (n,), NaN where absent.
    contributions: named numbers that explain the opinion, float64, shape (n,) (for the decision record).
    plan: fields of the Plan the entry itself decides (`entry_kind`, `entry_price`, `expires_ms`, `when_open`, ...),
    each an array of shape (n,) or a scalar.
    """

    direction: NDArray[np.int8]
    strength: Floats
    levels: Mapping[str, Floats] = field(default_factory=dict)
    contributions: Mapping[str, Floats] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)
