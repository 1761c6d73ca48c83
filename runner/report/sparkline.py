"""Equity as one line of blocks, for screens."""

from __future__ import annotations

import numpy as np

from runner.model.bars import Floats
from runner.report.sentences import amount

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 40


def sparkline(curve: Floats) -> str:
    """'equity ▂▃▅▇ 9,498.90 to 10,766.20' from float64, shape (n,), oldest first: its last value in each of 40 stretches; '' of nothing."""
    if len(curve) == 0:
        return ""
    low, high = float(curve.min()), float(curve.max())
    shown = curve[np.linspace(0, len(curve), min(WIDTH, len(curve)) + 1).astype(np.int64)[1:] - 1]
    step = (high - low) / len(BLOCKS)
    places = np.minimum((shown - low) / step, len(BLOCKS) - 1).astype(np.int64) if step > 0 else np.zeros(len(shown), np.int64)
    return f"equity {''.join(BLOCKS[place] for place in places)} {amount(low)} to {amount(high)}"
