"""Quote sets: limit orders on even levels around a centre, bought below the market and sold above, armed anew as they fill.

`quote_at` is the level at which the market stands, 0 the centre: orders rest at every other level, and the position is as many units
long as that level is below the centre, or short as it is above. So what the set can lose is known when it begins: every level of one
side filled, and all of it stopped at the end of the range.
"""

from __future__ import annotations

import math

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.money import flat_fee, tick_down, tick_near, tick_up
from runner.machine.orders import drop_resting, place_resting
from runner.machine.state import MAX_RESTING, View
from runner.machine.view import cap_row, clock_of, instrument_of, ledger_of, phase_at, plan_at, position, resting_at, rule_at, settings_of


@compiled
def is_quotes(w: View, k: int) -> bool:
    """Is plan `k` a quote set?"""
    return bool(plan_at(w, k).quote_below + plan_at(w, k).quote_above > 0)


@compiled
def long_units(w: View, k: int) -> int:
    """The most units a set holds long."""
    return min(plan_at(w, k).quote_most, plan_at(w, k).quote_below)


@compiled
def short_units(w: View, k: int) -> int:
    """The most units a set holds short."""
    return min(plan_at(w, k).quote_most, plan_at(w, k).quote_above)


@compiled
def most_units(w: View, k: int) -> int:
    """The most units a set holds on either side."""
    return max(long_units(w, k), short_units(w, k))


@compiled
def level_price(w: View, s: int, k: int, level: int) -> float:
    """The price of a level, on the grid."""
    plan = plan_at(w, k)
    return tick_near(plan.entry_price + level * plan.quote_spacing, instrument_of(w, s).tick)


@compiled
def step_of(w: View, k: int, level: int, side: int) -> int:
    """The number of the order of a level: odd for buying, even for selling."""
    return 2 * (level + long_units(w, k)) + (1 if side > 0 else 2)


@compiled
def level_of(w: View, k: int, step: int) -> int:
    """The level of an order's number."""
    return (step - 1) // 2 - long_units(w, k)


@compiled
def side_of(step: int) -> int:
    """The side of an order's number."""
    return 1 if step % 2 == 1 else -1


@compiled
def range_end(w: View, s: int, k: int, side: int) -> float:
    """Where a set's position of this side is stopped, on the grid."""
    plan, tick = plan_at(w, k), instrument_of(w, s).tick
    return tick_up(plan.range_low, tick) if side > 0 else tick_down(plan.range_high, tick)


@compiled
def side_loss(w: View, s: int, k: int, side: int, units: int) -> float:
    """What one unit a level loses when `units` levels of a side are filled and stopped, costs included; -inf outside the range."""
    instrument, slip, value = instrument_of(w, s), settings_of(w).slippage, position(w, s).point_value
    stop = range_end(w, s, k, side)
    if side * (level_price(w, s, k, -side * units) - stop) <= 0.0:
        return -math.inf
    out = stop - side * (stop * slip + (instrument.tick if slip > 0.0 else 0.0))
    loss = 0.0
    for n in range(1, units + 1):
        price = level_price(w, s, k, -side * n)
        loss += side * (price - out) + price * instrument.maker + out * instrument.taker
    return loss * value + units * (flat_fee(instrument, value, False) + flat_fee(instrument, value, True))


@compiled
def set_loss(w: View, s: int, k: int) -> float:
    """What one unit a level loses at worst; ≤ 0 for a set whose levels do not lie inside its range."""
    long, short = long_units(w, k), short_units(w, k)
    below = side_loss(w, s, k, 1, long) if long > 0 else 0.0
    above = side_loss(w, s, k, -1, short) if short > 0 else 0.0
    return max(below, above) if min(below, above) > -math.inf else 0.0


@compiled
def round_trip(w: View, s: int, k: int) -> tuple[float, float]:
    """(spacing, what buying at one level and selling at the next costs in fees), per unit, as distances in price."""
    instrument, plan = instrument_of(w, s), plan_at(w, k)
    top = level_price(w, s, k, short_units(w, k))
    flat = flat_fee(instrument, position(w, s).point_value, False) / position(w, s).point_value
    return plan.quote_spacing, 2.0 * (top * instrument.maker + flat)


@compiled
def set_worth(w: View, s: int, k: int) -> float:
    """Value of the most units a set holds, of one unit a level, at its highest level."""
    return most_units(w, k) * level_price(w, s, k, short_units(w, k)) * position(w, s).point_value


@compiled
def more_units(w: View, s: int) -> float:
    """How much a running set may still add to what is held."""
    p = position(w, s)
    if p.quoting == 0:
        return 0.0
    return max(0.0, most_units(w, p.quote_plan) * p.quote_unit - (p.quantity if p.side != 0 else 0.0))


@compiled
def more_notional(w: View, s: int) -> float:
    """The value of that at the set's highest level."""
    p = position(w, s)
    if p.quoting == 0:
        return 0.0
    return more_units(w, s) * level_price(w, s, p.quote_plan, short_units(w, p.quote_plan)) * p.point_value


@compiled
def waiting_loss(w: View, s: int) -> float:
    """What a set that holds nothing just now may lose; what it holds is counted with its position."""
    p = position(w, s)
    return p.quote_loss if p.quoting == 1 and p.side == 0 else 0.0


@compiled
def beyond_liquidation(w: View, s: int, k: int, leverage: float) -> float:
    """The liquidation price of a set's first unit if an end of the range lies beyond it; NaN when none does."""
    maintenance = instrument_of(w, s).maintenance
    for side in (1, -1):
        if (long_units(w, k) if side > 0 else short_units(w, k)) > 0:
            liquidation = level_price(w, s, k, -side) * (1.0 - side * (1.0 / leverage - maintenance))
            if side * (range_end(w, s, k, side) - liquidation) <= 0.0:
                return liquidation
    return math.nan


@compiled
def orders_left(w: View) -> int:
    """How many orders the day still allows."""
    left = 1 << 30
    if settings_of(w).gate == 1:
        for n in range(phase_at(w, ledger_of(w).phase).caps):
            rule = rule_at(w, cap_row(w, ledger_of(w).phase, n))
            if rule.code == c.ORDERS_PER_DAY:
                left = min(left, rule.count - clock_of(w, rule.clock).orders)
    return left


@compiled
def arm(w: View, s: int) -> None:
    """Withdraw quotes that stand on the wrong side of the market's level, and place those that are missing."""
    p = position(w, s)
    k, left = p.quote_plan, orders_left(w)
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 1 and order.role == c.BY_QUOTE and (p.quote_at - level_of(w, k, order.step)) * order.side <= 0:
            drop_resting(w, s, n, c.CANCELLED)
    for level in range(-long_units(w, k), short_units(w, k) + 1):
        side = 1 if level < p.quote_at else -1
        if level != p.quote_at and left > 0 and not rests(w, s, step_of(w, k, level, side)):
            place_resting(
                w, s, c.BY_QUOTE, c.LIMIT, side, step_of(w, k, level, side), k, 0, level_price(w, s, k, level), p.quote_unit, 0.0, 0.0, 0.0
            )
            left -= 1
            for m in range(w.clock_count):
                clock_of(w, m).orders += 1


@compiled
def rests(w: View, s: int, step: int) -> bool:
    """Does the quote of this number rest?"""
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        if order.active == 1 and order.role == c.BY_QUOTE and order.step == step:
            return True
    return False


@compiled
def begin_quotes(w: View, s: int, k: int, unit: float, loss: float, give_back: float, reserve: float) -> None:
    """An approved set begins: nothing is held, every level but the centre has its order."""
    p = position(w, s)
    p.quoting = 1
    p.quote_plan = k
    p.quote_at = 0
    p.quote_unit = unit
    p.quote_loss = loss
    p.quote_give_back = give_back
    p.quote_reserve = reserve
    arm(w, s)


@compiled
def end_quotes(w: View, s: int) -> None:
    """The set is over: its orders are withdrawn. What it holds is closed by whoever ends it."""
    p = position(w, s)
    if p.quoting == 0:
        return
    p.quoting = 0
    for n in range(MAX_RESTING):
        if resting_at(w, s, n).active == 1 and resting_at(w, s, n).role == c.BY_QUOTE:
            drop_resting(w, s, n, c.CANCELLED)


@compiled
def nearest_crossed(w: View, s: int, price: float) -> int:
    """The quote that a market opening at `price` has passed first; -1 when it has passed none."""
    found, at = -1, 0.0
    for n in range(MAX_RESTING):
        order = resting_at(w, s, n)
        passed = order.active == 1 and order.role == c.BY_QUOTE and order.side * (order.price - price) >= 0.0
        if passed and (found < 0 or order.side * (order.price - at) > 0.0):
            found, at = n, order.price
    return found
