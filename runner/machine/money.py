"""Rounding: money to 1e-8 before it is compared, prices to ticks, quantities down to steps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from runner.machine.compiled import compiled

SNAP = 1e8
STEP_TOLERANCE = 1e-9  # the share that a division of prices or quantities may be off by
MOST_TOLERANCE = 1e-4  # steps: what it may come to where there are very many


@compiled
def snap(money: float) -> float:
    """Money rounded to 1e-8, so that a Decimal exchange and a float machine decide alike."""
    return np.rint(money * SNAP) / SNAP


@compiled
def clean(value: float) -> float:
    """A quantity or price without binary dust (12 decimals)."""
    return np.rint(value * 1e12) / 1e12 if abs(value) < 1e3 else np.rint(value * 1e8) / 1e8


@compiled
def tick_up(price: float, tick: float) -> float:
    """The next price on the grid at or above."""
    return clean(math.ceil(price / tick - STEP_TOLERANCE) * tick)


@compiled
def tick_down(price: float, tick: float) -> float:
    """The next price on the grid at or below."""
    return clean(math.floor(price / tick + STEP_TOLERANCE) * tick)


@compiled
def tick_near(price: float, tick: float) -> float:
    """The nearest price on the grid."""
    return clean(math.floor(price / tick + 0.5) * tick)


@compiled
def tick_inside(price: float, side: int, tick: float) -> float:
    """A stop's price on the grid, never further from the market than asked for: up for a long position, down for a short one."""
    return tick_up(price, tick) if side > 0 else tick_down(price, tick)


@compiled
def steps_down(quantity: float, step: float) -> float:
    """The largest multiple of `step` not above `quantity`; 0 for less than one step or a NaN."""
    if not quantity > 0.0:
        return 0.0
    count = quantity / step
    return clean(math.floor(count + min(count * STEP_TOLERANCE, MOST_TOLERANCE)) * step)


@compiled
def flat_fee(instrument: Any, point_value: float, taker: bool) -> float:
    """What a quantity of 1 pays besides the share of its value: the fee per lot, and half the spread where it takes the price."""
    return instrument.lot_fee + (instrument.half_spread * point_value if taker else 0.0)


@compiled
def slipped(price: float, direction: int, slippage: float, tick: float) -> float:
    """The price a market order gets: worse by `slippage`, on the grid. `direction` +1 buys, -1 sells."""
    if slippage == 0.0:
        return price
    if direction > 0:
        return tick_up(price * (1.0 + slippage), tick)
    return tick_down(price * (1.0 - slippage), tick)
