"""Which order comes next: what the price meets on its way, and what it has already passed."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from runner.model.plan import Trigger
from runner.model.trading import Origin
from runner.rehearsal.core.margin import liquidation
from runner.rehearsal.core.order import STOPS, Order
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.state import Market, State

STOP, REDUCE, TARGET, OTHER = 0, 1, 2, 3


class Hit(NamedTuple):
    """What is met: an order, or a position whose margin is used up."""

    price: Decimal
    rank: int
    number: int
    order: Order | None
    position: Position | None


def rank(order: Order) -> int:
    """At one price: a position's own stop, conditional orders that reduce, limits that reduce, the rest by age."""
    if order.origin in STOPS:
        return STOP
    if not order.reduces:
        return OTHER
    return REDUCE if order.conditional else TARGET


def level(market: Market, order: Order) -> Decimal | None:
    """The price at which the order does something; None where there is none yet."""
    if order.origin is Origin.TRAILING_STOP:
        price = market.positions[order.ticket.index].trail_price()
        return None if price is None else market.listing.near(price)
    return order.trigger_price if order.conditional else order.price


def waits_below(order: Order) -> bool:
    """Whether a falling price meets it."""
    return not order.ticket.rises if order.conditional else order.side > 0


def hears(order: Order, *, by_mark: bool) -> bool:
    """Whether the order looks at the price that moves: a wick on the last price leaves mark and index where they are."""
    return by_mark or not order.conditional or order.ticket.trigger_by is Trigger.LAST


def met(state: State, market: Market, end: Decimal, *, by_mark: bool) -> Hit | None:
    """The first thing on the way from the last price to `end`; None when nothing lies between."""
    at, down = market.last, end < market.last
    best: Hit | None = None
    for hit in candidates(state, market, down=down, by_mark=by_mark):
        if (hit.price < end) if down else (hit.price > end):
            continue
        price = min(hit.price, at) if down else max(hit.price, at)
        nearer = best is None or (price > best.price if down else price < best.price)
        if nearer or (best is not None and price == best.price and hit[1:3] < best[1:3]):
            best = Hit(price, hit.rank, hit.number, hit.order, hit.position)
    return best


def passed(state: State, market: Market, *, by_mark: bool = True, resting: bool = True) -> Hit | None:
    """The first thing that the present price has reached or jumped over. `resting` False: only what waits for a trigger."""
    best: Hit | None = None
    for down in (True, False):
        for hit in candidates(state, market, down=down, by_mark=by_mark):
            reached = market.last <= hit.price if down else market.last >= hit.price
            meant = resting or hit.order is None or hit.order.conditional
            if reached and meant and (best is None or hit[1:3] < best[1:3]):
                best = Hit(market.last, hit.rank, hit.number, hit.order, hit.position)
    return best


def candidates(state: State, market: Market, *, down: bool, by_mark: bool) -> list[Hit]:
    """Everything a falling (or rising) price could meet."""
    found = []
    for order in market.orders.values():
        if waits_below(order) == down and hears(order, by_mark=by_mark):
            price = level(market, order)
            if price is not None:
                found.append(Hit(price, rank(order), order.number, order, None))
    if by_mark:
        for position in market.positions.values():
            if position.side and (position.side > 0) == down:
                price = liquidation(state, market, position)
                if price is not None:
                    found.append(Hit(price, STOP, 0, None, position))
    return found


def move(market: Market, price: Decimal, *, by_mark: bool) -> None:
    """The market trades at `price`: mark and index go along unless only the last price does; trails follow."""
    market.last = price
    if by_mark:
        market.mark = market.index = price
    first, high, low = market.day
    market.day = (first, max(high, price), min(low, price))
    for position in market.positions.values():
        if position.side and position.distance > 0:
            follow(position, price)


def follow(position: Position, price: Decimal) -> None:
    """Arm a trail that waits for its price, and let an armed one keep the best."""
    if not position.armed and position.trail_from is not None and position.side * (price - position.trail_from) >= 0:
        position.armed, position.best = True, price
    if position.armed and position.side * (price - position.best) > 0:
        position.best = price
