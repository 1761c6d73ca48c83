"""Where a position ends: its own stop, the trail, break-even, the defence of its budgets, liquidation."""

from __future__ import annotations

import math
from typing import Any

from runner.machine import codes as c
from runner.machine.compiled import compiled
from runner.machine.fills import guaranteed, has_trail
from runner.machine.legs import TARGETS, TIERS, next_leg
from runner.machine.money import flat_fee, tick_down, tick_inside, tick_near, tick_up
from runner.machine.state import MAX_RESTING, View
from runner.machine.view import instrument_of, ledger_of, phase_at, plan_at, position, resting_at, settings_of

DUST = 1e-7  # money: a few fees, each rounded to 1e-8


@compiled
def open_result(w: View, s: int, price: float) -> float:
    """Result of the open part at `price`, account currency, exit costs not included."""
    p = position(w, s)
    return p.side * p.quantity * (price - p.entry_price) * p.point_value


@compiled
def net_at_stop(w: View, s: int, price: float) -> float:
    """Result of the open part when stopped at `price`: slippage and taker fee included."""
    p, instrument, settings = position(w, s), instrument_of(w, s), settings_of(w)
    got = price * (1.0 - p.side * settings.slippage)
    fee = p.quantity * got * p.point_value * instrument.taker + p.quantity * flat_fee(instrument, p.point_value, True)
    return p.side * p.quantity * (got - p.entry_price) * p.point_value - fee


@compiled
def defence_price(w: View, s: int) -> float:
    """The stop price at which the position keeps exactly its guaranteed result, rounded towards the market; ∓inf without budgets."""
    p, instrument, settings = position(w, s), instrument_of(w, s), settings_of(w)
    kept = guaranteed(p)
    if kept == -math.inf:
        return -math.inf * p.side
    value = p.quantity * p.point_value
    flat = p.quantity * flat_fee(instrument, p.point_value, True)
    if p.side > 0:
        level = (kept - p.realised + value * p.entry_price + flat) / (value * (1.0 - instrument.taker))
        level = (level + slip_ticks(w, s)) / (1.0 - settings.slippage)
        return p.stop if near_stop(p, level) else tick_up(level, instrument.tick)
    level = (p.realised + value * p.entry_price - kept - flat) / (value * (1.0 + instrument.taker))
    level = (level - slip_ticks(w, s)) / (1.0 + settings.slippage)
    return p.stop if near_stop(p, level) else tick_down(level, instrument.tick)


@compiled
def near_stop(p: Any, level: float) -> bool:
    """Is the defence the plan's own stop but for the rounding of the fees paid so far? Then it is no tick better."""
    return abs(level - p.stop) * p.quantity * p.point_value <= DUST


@compiled
def slip_ticks(w: View, s: int) -> float:
    """A slipped price is rounded to the grid against us: up to one tick more."""
    return instrument_of(w, s).tick if settings_of(w).slippage > 0.0 else 0.0


@compiled
def tighten(w: View, s: int, level: float, reason: int) -> None:
    """Move the plan's stop in the position's favour; never back."""
    p = position(w, s)
    if p.side * (level - p.stop) > 0.0:
        p.stop = level
        p.stop_reason = reason


@compiled
def tier_distance(w: View, s: int) -> float:
    """The trail's distance now: the highest profit tier reached, else the plan's own."""
    p = position(w, s)
    plan = plan_at(w, p.plan)
    distance = p.trail_distance
    profit = p.side * (p.best_price - p.entry_price)
    for n in range(plan.tier_count):
        if profit >= plan.tier_profit[n]:
            distance = plan.tier_distance[n]
    return distance


@compiled
def trail(w: View, s: int) -> None:
    """Let a running trail follow the best price."""
    p = position(w, s)
    distance = tier_distance(w, s)
    if not math.isnan(distance):
        tighten(w, s, tick_inside(p.best_price - p.side * distance, p.side, instrument_of(w, s).tick), c.BY_TRAIL)


@compiled
def start_trail_at_price(w: View, s: int, price: float) -> None:
    """A trail that waits for a price starts when the market has been there."""
    p = position(w, s)
    plan = plan_at(w, p.plan)
    if p.trailing == 0 and plan.trail_start == c.AT_PRICE and has_trail(w, p.plan) and p.side * (price - plan.trail_start_value) >= 0.0:
        p.trailing = 1


@compiled
def reach(w: View, s: int, price: float) -> None:
    """The market has traded at `price`: best price, best and worst result, native trail, triggers."""
    p = position(w, s)
    p.mark = price
    if p.side == 0:
        return
    result = p.realised + open_result(w, s, price)
    p.worst = min(p.worst, result)
    moved = result > p.best
    p.best = max(p.best, result)
    if p.side * (price - p.best_price) > 0.0:
        p.best_price = price
        moved = True
    if moved:
        start_trail_at_price(w, s, price)
        if p.trailing == 1 and plan_at(w, p.plan).trail_update == c.NATIVE:
            trail(w, s)
        refresh(w, s)


@compiled
def refresh(w: View, s: int) -> None:
    """Work out the stop in force and the two prices between which nothing happens."""
    p = position(w, s)
    p.low_trigger = -math.inf
    p.high_trigger = math.inf
    if p.side != 0:
        p.effective_stop = p.stop
        p.effective_reason = p.stop_reason
        defence = defence_price(w, s)
        if p.side * (defence - p.effective_stop) > 0.0:
            p.effective_stop = defence
            p.effective_reason = c.BY_DEFENCE
        if p.side * (p.liquidation - p.effective_stop) > 0.0:
            p.effective_stop = p.liquidation
            p.effective_reason = c.BY_LIQUIDATION
        p.quiet_best = quiet_best(w, s)
        against = p.effective_stop
        step = next_adverse(w, s)
        if p.side * (step - against) > 0.0:
            against = step
        if p.side > 0:
            p.low_trigger = against
            p.high_trigger = next_goal(w, s)
        else:
            p.high_trigger = against
            p.low_trigger = next_goal(w, s)
    if p.resting > 0:
        for n in range(MAX_RESTING):
            order = resting_at(w, s, n)
            if order.active == 1:
                if waits_below(order.kind, order.side):
                    p.low_trigger = max(p.low_trigger, order.price)
                else:
                    p.high_trigger = min(p.high_trigger, order.price)


@compiled
def quiet_best(w: View, s: int) -> float:
    """The net result up to which neither the defence nor a trail would move the stop in force.

    A trail follows the best price, and what that price gives now may be less than the best result: fees and funding were paid since.
    """
    p = position(w, s)
    plan = plan_at(w, p.plan)
    if plan.trail_update == c.NATIVE and has_trail(w, p.plan) and (p.trailing == 1 or plan.trail_start == c.AT_PRICE):
        return min(p.best, p.realised + p.side * (p.best_price - p.entry_price) * p.quantity * p.point_value)
    if p.give_back == math.inf:
        return math.inf
    if abs(p.effective_stop) == math.inf:
        return p.best
    two_ticks = 2.0 * instrument_of(w, s).tick * p.quantity * p.point_value
    return p.realised + net_at_stop(w, s, p.effective_stop) + p.give_back - two_ticks


@compiled
def waits_below(kind: int, side: int) -> bool:
    """A buy limit and a sell stop fill when the price falls to them."""
    return (kind == c.LIMIT) == (side > 0)


@compiled
def next_target(w: View, s: int) -> float:
    """Price of the next target, ±inf when there is none left."""
    p = position(w, s)
    plan = plan_at(w, p.plan)
    n = next_leg(w, s, TARGETS, p.targets_hit)
    return math.inf * p.side if n >= plan.target_count else tick_near(plan.target_price[n], instrument_of(w, s).tick)


@compiled
def next_goal(w: View, s: int) -> float:
    """Price at which profit is taken next, by the plan's target or by the gate; ±inf when there is none."""
    p = position(w, s)
    target, most = next_target(w, s), profit_limit(w, s, p.quantity)
    return target if p.side * (most - target) >= 0.0 else most


@compiled
def profit_limit(w: View, s: int, quantity: float) -> float:
    """Price at which so much of the position, still open, has won what its budget allows to stand open; ±inf where no floor asks for it.

    Where a floor follows open profit while the balance is held against it, a profit that is not taken brings the breach nearer just as
    one given back does: the balance stays behind. Funding still to be paid is kept free.
    """
    p = position(w, s)
    if phase_at(w, ledger_of(w).phase).takes_profit == 0 or p.give_back == math.inf or quantity <= 0.0:
        return math.inf * p.side
    level = p.entry_price + p.side * (p.give_back - p.reserve) / (quantity * p.point_value)
    tick = instrument_of(w, s).tick
    return tick_down(level, tick) if p.side > 0 else tick_up(level, tick)


@compiled
def next_adverse(w: View, s: int) -> float:
    """Price of the next partial close at a loss, ∓inf when there is none left."""
    p = position(w, s)
    plan = plan_at(w, p.plan)
    n = next_leg(w, s, TIERS, p.adverse_hit)
    return -math.inf * p.side if n >= plan.adverse_count else tick_near(plan.adverse_price[n], instrument_of(w, s).tick)
