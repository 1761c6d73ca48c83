"""The cloud chart, without the line that looks ahead."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from runner.columns.channels import donchian
from runner.columns.windows import later
from runner.model.bars import Bars, Floats


class Ichimoku(NamedTuple):
    """Lines in price units, float64, shape (n,). `cloud_top` and `cloud_bottom` are the higher and lower of the two spans."""

    tenkan: Floats
    kijun: Floats
    senkou_a: Floats
    senkou_b: Floats
    cloud_top: Floats
    cloud_bottom: Floats


def ichimoku(bars: Bars, tenkan: int, kijun: int, senkou: int, displacement: int) -> Ichimoku:
    """Middles of the ranges of the last bars; the spans of the cloud at a bar are those worked out `displacement` bars before it."""
    fast, slow, wide = (donchian(bars, length).middle for length in (tenkan, kijun, senkou))
    one, two = later((fast + slow) / 2, displacement), later(wide, displacement)
    return Ichimoku(tenkan=fast, kijun=slow, senkou_a=one, senkou_b=two, cloud_top=np.maximum(one, two), cloud_bottom=np.minimum(one, two))
