"""Orders that come to rest, change their stage, or go."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from runner.model.plan import Trigger
from runner.model.trading import OrderKind, Origin
from runner.rehearsal.core.listing import ZERO
from runner.rehearsal.core.order import CHILDREN, STOPS, Order, Stage, Ticket
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.state import Market, State


def new_order(state: State, market: Market, ticket: Ticket, origin: Origin = Origin.USER, *, partial: bool = False) -> Order:
    """A new order in the exchange's count, told to nobody yet."""
    order = Order(
        number=state.number(),
        id=state.new_id(),
        ticket=ticket,
        quantity=ticket.quantity,
        price=ticket.price,
        trigger_price=ticket.trigger_price,
        exits=ticket.exits,
        origin=origin,
        stage=Stage.UNTRIGGERED if ticket.trigger_price is not None else Stage.NEW,
        created_ms=state.now_ms,
        updated_ms=state.now_ms,
        last_then=market.last,
        partial=partial,
    )
    state.orders[order.id] = order
    if ticket.link:
        state.links[ticket.link] = order.id
    return order


def rest(state: State, market: Market, order: Order) -> None:
    """Put an order into the book."""
    market.orders[order.id] = order
    say(state, order, order.stage)


def say(state: State, order: Order, stage: Stage) -> None:
    """Bring an order to a stage, into the log and onto the streams."""
    order.stage, order.updated_ms = stage, state.now_ms
    state.note(
        "order",
        id=order.id,
        link=order.ticket.link,
        symbol=order.ticket.market,
        side=order.side,
        stage=stage.value,
        origin=order.origin.value,
        quantity=str(order.quantity),
        filled=str(order.filled),
        price=text(order.price),
        trigger=text(order.trigger_price),
        reduce_only=order.reduces,
        reason=order.reject or order.cancel,
    )
    state.tell("order", order.ticket.market, order)


def text(price: Decimal | None) -> str:
    """A price for the log."""
    return "" if price is None else str(price)


def drop(state: State, market: Market, order: Order, cancel: str, reject: str = "") -> None:
    """Take an open order away for good; a child of a position is forgotten by it."""
    market.orders.pop(order.id, None)
    order.cancel, order.reject = cancel, reject
    waiting = order.conditional and market.listing.spot
    forget(market, order)
    say(state, order, Stage.DEACTIVATED if waiting else Stage.CANCELLED)
    cover(state, market, order.ticket.index)


def forget(market: Market, order: Order) -> None:
    """Let a position no longer count on a child."""
    position = market.positions.get(order.ticket.index)
    if position is None or order.origin not in CHILDREN:
        return
    position.stop = "" if position.stop == order.id else position.stop
    position.target = "" if position.target == order.id else position.target
    if position.trail == order.id:
        position.trail, position.distance, position.trail_from, position.armed = "", ZERO, None, False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """An order of the exchange that closes a position at `price`; `quantity` for a part of it, `limit` for a limit order."""

    origin: Origin
    price: Decimal
    by: Trigger = Trigger.LAST
    quantity: Decimal | None = None
    limit: Decimal | None = None


def child(state: State, market: Market, position: Position, leg: Leg) -> Order:
    """Put a leg of a position into the book."""
    ticket = Ticket(
        market=market.listing.key,
        side=-position.side,
        kind=OrderKind.MARKET if leg.limit is None else OrderKind.LIMIT,
        quantity=position.size if leg.quantity is None else leg.quantity,
        price=leg.limit,
        index=position.index,
        reduce_only=True,
        close_on_trigger=True,
        trigger_price=leg.price,
        rises=(position.side > 0) != (leg.origin in STOPS),
        trigger_by=leg.by,
    )
    order = new_order(state, market, ticket, leg.origin, partial=leg.quantity is not None)
    rest(state, market, order)
    return order


def covered(market: Market, position: Position) -> Decimal:
    """How much of a position a live stop would close."""
    total = ZERO
    for order in market.orders.values():
        if order.ticket.index != position.index or order.side != -position.side or not order.conditional or not order.reduces:
            continue
        if order.origin is Origin.TRAILING_STOP:
            total += position.size if position.armed else ZERO
        elif order.ticket.rises != (position.side > 0):
            total += order.quantity if order.partial or order.origin is Origin.USER else position.size
    return min(total, position.size)


def cover(state: State, market: Market, index: int) -> None:
    """Write into the log how much of a position stands without a live stop now."""
    position = market.positions.get(index)
    if position is not None:
        safe = covered(market, position) if position.side else ZERO
        state.note(
            "cover", symbol=market.listing.key, index=index, side=position.side, size=str(position.size), naked=str(position.size - safe)
        )
