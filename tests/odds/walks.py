"""Games whose odds are known: driftless walks of equal steps, as bars for the machine and as plain numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runner.model.plan import empty_plans
from runner.model.stream import Stream
from tests.machine.build import HOUR, START, bars, stream
from tests.odds.stages import random

DAY_BARS = 24
PRICE = 1_000.0
QUANTITY = 100.0  # of an account of 10,000: one in price is 1 % of the balance


def walk(days: int, step: float, seed: int) -> NDArray[np.float64]:
    """Hourly closes of a walk that goes `step` up or down, begun at PRICE."""
    return PRICE + np.cumsum(random(seed).choice([-step, step], days * DAY_BARS))


def betting(days: int, step: float, target: float, seed: int) -> Stream:
    """A walk, and each day one plan to buy with its only exit `target` above: one big position that a floor or the target ends."""
    close = walk(days, step, seed)
    first = np.concatenate([[PRICE], close[:-1]])
    rows = list(zip(first, np.maximum(first, close), np.minimum(first, close), close, strict=True))
    plans = empty_plans(days)
    index = np.arange(days) * DAY_BARS
    plans["time"], plans["signal_index"], plans["side"] = START + (index + 1) * HOUR, index, 1
    plans["reference_price"], plans["sizing_value"] = close[index], QUANTITY
    plans["target_count"], plans["target_fraction"][:, 0], plans["target_price"][:, 0] = 1, 1.0, close[index] + target
    return stream(bars(rows), [plans])


def outcomes(
    close: NDArray[np.float64], floor: float, target: float, *, trailing: bool = False
) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """For a start at every step: 1 passed, 0 failed, -1 unfinished; and how many steps it lasted."""
    count = len(close) - 1
    ended, lasted = np.full(count, -1, np.int8), (count - np.arange(count)).astype(np.float64)
    alive: NDArray[np.int64] = np.arange(count)
    peak = np.zeros(count)
    for steps in range(1, count + 1):
        alive = alive[alive + steps <= count]
        if not len(alive):
            break
        moved = close[alive + steps] - close[alive]
        peak[alive] = np.maximum(peak[alive], moved)
        up, down = moved >= target, moved <= (peak[alive] if trailing else 0.0) - floor
        ended[alive[up]], ended[alive[down & ~up]] = 1, 0
        lasted[alive[up | down]] = steps
        alive = alive[~(up | down)]
    return ended, lasted
