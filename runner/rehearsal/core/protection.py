"""Stops, targets and trails of positions: set, changed, resized, taken away."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from runner.model.plan import Trigger
from runner.model.trading import Origin
from runner.rehearsal.core.order import CHILDREN, Exits, Order
from runner.rehearsal.core.orders import Leg, child, drop, say
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.refusal import RefusalError, Why
from runner.rehearsal.core.state import Market, State

FLAT = "CancelByTpSlTsClear"


def price_of(market: Market, by: Trigger) -> Decimal:
    """The price a trigger looks at."""
    return (market.last, market.mark, market.index)[by]


def check_exits(side: int, base: Decimal, exits: Exits) -> None:
    """Refuse a stop or target on the wrong side of `base` for a position of `side`."""
    if exits.stop:
        check_side(rises=side < 0, trigger=exits.stop, now=base)
    if exits.target:
        check_side(rises=side > 0, trigger=exits.target, now=base)


def check_side(*, rises: bool, trigger: Decimal, now: Decimal) -> None:
    """Refuse a trigger that the price has passed already."""
    if rises and trigger <= now:
        raise RefusalError(Why.MUST_RISE, f"expect Rising, but trigger_price[{trigger}] <= current[{now}]??LastPrice")
    if not rises and trigger >= now:
        raise RefusalError(Why.MUST_FALL, f"expect Falling, but trigger_price[{trigger}] >= current[{now}]??LastPrice")


def attach(state: State, market: Market, position: Position, order: Order, quantity: Decimal) -> None:
    """After a fill that opened or enlarged a position: what came with the order becomes the position's protection."""
    exits = order.exits
    if not exits.any:
        return
    if exits.stop and state.oracle("stop_refused", market.listing.key):
        exits = Exits(target=exits.target, target_by=exits.target_by, partial=exits.partial, target_limit=exits.target_limit)
    if exits.partial:
        add_part(state, market, position, exits, quantity)
    else:
        set_full(state, market, position, exits)


def set_full(state: State, market: Market, position: Position, exits: Exits) -> None:
    """The position's one stop and one target: a price sets or moves it, zero takes it away, None leaves it."""
    if exits.stop is not None:
        leg = Leg(origin=Origin.STOP_LOSS, price=exits.stop, by=exits.stop_by)
        position.stop = put(state, market, position, position.stop, leg)
    if exits.target is not None:
        leg = Leg(origin=Origin.TAKE_PROFIT, price=exits.target, by=exits.target_by)
        position.target = put(state, market, position, position.target, leg)


def put(state: State, market: Market, position: Position, present: str, leg: Leg) -> str:
    """Set, move or remove one child; its id afterwards."""
    order = market.orders.get(present)
    if leg.price == 0:
        if order is not None:
            drop(state, market, order, "CancelByUser")
        return ""
    if order is None:
        return child(state, market, position, leg).id
    order.trigger_price = leg.price
    order.ticket = replace(order.ticket, trigger_by=leg.by)
    say(state, order, order.stage)
    return order.id


def add_part(state: State, market: Market, position: Position, exits: Exits, quantity: Decimal) -> None:
    """Another pair of legs for a part of the position; each takes the other along when it fills."""
    legs = []
    if exits.stop:
        leg = Leg(origin=Origin.STOP_LOSS, price=exits.stop, by=exits.stop_by, quantity=quantity, limit=exits.stop_limit)
        legs.append(child(state, market, position, leg))
    if exits.target:
        leg = Leg(origin=Origin.TAKE_PROFIT, price=exits.target, by=exits.target_by, quantity=quantity, limit=exits.target_limit)
        legs.append(child(state, market, position, leg))
    if len(legs) == 2:
        legs[0].pair, legs[1].pair = legs[1].id, legs[0].id


def set_trail(state: State, market: Market, position: Position, distance: Decimal, start: Decimal | None) -> None:
    """A trailing stop at `distance`, armed at once or when `start` trades; a distance of zero takes it away."""
    present = market.orders.get(position.trail)
    if distance == 0:
        if present is not None:
            drop(state, market, present, "CancelByUser")
        return
    if present is None:
        price = start or market.last
        present = child(state, market, position, Leg(origin=Origin.TRAILING_STOP, price=price))
        position.trail = present.id
    elif start:
        present.trigger_price = start
    position.distance = distance
    waits = start is not None and start > 0 and position.side * (market.last - start) < 0
    position.trail_from = start if waits else None
    if waits:
        position.armed = False
    elif not position.armed:
        position.armed, position.best = True, best_of(position.side, market.last, position.entry)
    say(state, present, present.stage)


def best_of(side: int, first: Decimal, second: Decimal) -> Decimal:
    """The more favourable of two prices."""
    return max(first, second) if side > 0 else min(first, second)


def resize(state: State, market: Market, position: Position) -> None:
    """After a fill: full-size children follow the position's size; when it is flat everything goes."""
    own = [order for order in market.orders.values() if order.ticket.index == position.index]
    for order in own:
        if not position.side:
            sweep(state, market, order)
        elif order.origin in CHILDREN and not order.partial and order.conditional and order.quantity != position.size:
            order.quantity = position.size
            say(state, order, order.stage)


def sweep(state: State, market: Market, order: Order) -> None:
    """A flat position takes its protection along, and every limit order that could only reduce it."""
    if order.id not in market.orders:
        return
    if order.origin in CHILDREN:
        drop(state, market, order, FLAT)
    elif order.reduces and not order.conditional:
        drop(state, market, order, "CancelByReduceOnly")


def attach_spot(state: State, market: Market, order: Order, quantity: Decimal) -> None:
    """A spot purchase that came with stop or target leaves conditional sales of what it bought."""
    if quantity > 0:
        add_part(state, market, Position(market=market.listing.key, side=order.side, size=quantity), order.exits, quantity)
