"""What a new or changed order must satisfy before the exchange takes it."""

from __future__ import annotations

from decimal import Decimal

from runner.model.trading import OrderKind
from runner.rehearsal.core.listing import ZERO, Listing
from runner.rehearsal.core.margin import locked, need, opening, worth
from runner.rehearsal.core.order import Order, Ticket
from runner.rehearsal.core.protection import check_exits, check_side, price_of
from runner.rehearsal.core.refusal import RefusalError, Why
from runner.rehearsal.core.state import Market, State


def check(state: State, market: Market, ticket: Ticket) -> None:
    """Refuse a new order that the venue would not take."""
    check_open(market, ticket)
    check_link(state, ticket)
    check_index(market, ticket.index, ticket.side)
    check_size(market.listing, ticket)
    check_price(market, ticket.side, ticket.price)
    check_trigger(market, ticket)
    check_notional(market, ticket)
    check_reduces(market, ticket)
    check_attached(market, ticket)
    check_counts(state, market, ticket)
    check_money(state, market, ticket)


def check_open(market: Market, ticket: Ticket) -> None:
    """The market must be trading; a halted one takes what reduces."""
    if not market.listing.trading:
        raise RefusalError(Why.NOT_LIVE, "This contract is not live")
    if market.halted and not ticket.reduce_only:
        raise RefusalError(Why.HALTED, "Trading is currently not allowed.")


def check_link(state: State, ticket: Ticket) -> None:
    """An id of the client's own is used once and never again."""
    if ticket.link and ticket.link in state.links:
        state.note("duplicate", link=ticket.link, symbol=ticket.market)
        raise RefusalError(Why.USED_ID, "OrderLinkedID is duplicate")


def check_index(market: Market, index: int, side: int) -> None:
    """The index must fit the position mode."""
    if market.listing.spot:
        return
    if index not in market.positions:
        raise RefusalError(Why.WRONG_INDEX, "position idx not match position mode")
    del side


def check_size(listing: Listing, ticket: Ticket) -> None:
    """The quantity must lie on the step and between the bounds."""
    quantity = ticket.quantity
    most = listing.max_market_quantity if ticket.kind is OrderKind.MARKET else listing.max_quantity
    if quantity <= 0 or quantity % listing.step:
        raise RefusalError(Why.PARAMETER, "Qty invalid")
    if quantity < listing.min_quantity:
        raise RefusalError(Why.TOO_SMALL, "The number of contracts is lower than the minimum limit")
    if quantity > most:
        raise RefusalError(Why.PARAMETER, "The number of contracts exceeds maximum limit allowed")


def check_price(market: Market, side: int, price: Decimal | None) -> None:
    """A limit price must lie on the grid and inside the band around the mark."""
    if price is None:
        return
    listing = market.listing
    if price <= 0 or price % listing.tick:
        raise RefusalError(Why.PARAMETER, "Price invalid")
    edge = market.mark * (1 + side * listing.band)
    if side * (price - edge) > 0:
        raise RefusalError(Why.PRICE_BAND, "Order price exceeds the allowable range.")


def check_trigger(market: Market, ticket: Ticket) -> None:
    """A trigger must lie on the grid and ahead of the price it looks at."""
    if ticket.trigger_price is None:
        return
    if ticket.trigger_price <= 0 or ticket.trigger_price % market.listing.tick:
        raise RefusalError(Why.PARAMETER, "TriggerPrice invalid")
    check_side(rises=ticket.rises, trigger=ticket.trigger_price, now=price_of(market, ticket.trigger_by))


def check_notional(market: Market, ticket: Ticket) -> None:
    """An order that does not reduce must be worth the minimum."""
    if ticket.reduce_only or ticket.close_on_trigger:
        return
    if ticket.quantity * (ticket.price or ticket.trigger_price or market.last) < market.listing.min_notional:
        raise RefusalError(Why.MIN_NOTIONAL, "Order does not meet minimum order value")


def check_reduces(market: Market, ticket: Ticket) -> None:
    """An order that only reduces needs a position of the other side."""
    if not ticket.reduce_only or market.listing.spot:
        return
    if market.positions[ticket.index].side != -ticket.side:
        raise RefusalError(Why.NOT_REDUCING, "current position is zero, cannot fix reduce-only order qty")
    if ticket.exits.any:
        raise RefusalError(Why.PARAMETER, "Reduce-only orders cannot carry take profit or stop loss")


def check_attached(market: Market, ticket: Ticket) -> None:
    """Stop and target that come with an order must lie on the grid, on their side of the price the order is reckoned at."""
    exits = ticket.exits
    for price in (exits.stop, exits.target):
        if price is not None and (price < 0 or price % market.listing.tick):
            raise RefusalError(Why.PARAMETER, "StopLoss or TakeProfit invalid")
    check_exits(ticket.side, ticket.price or ticket.trigger_price or market.last, exits)


def check_counts(state: State, market: Market, ticket: Ticket) -> None:
    """There is a ceiling for orders of each kind."""
    limits, orders = state.setup.limits, market.orders.values()
    waits = ticket.trigger_price is not None
    count = sum(1 for order in orders if order.conditional == waits and order.origin == "user")
    if waits and count >= limits.conditional:
        raise RefusalError(Why.TOO_MANY_STOPS, "The number of stop orders exceeds the maximum allowable limit")
    if not waits and ticket.kind is OrderKind.LIMIT and count >= limits.active:
        raise RefusalError(Why.TOO_MANY_ORDERS, "Not allowed to have more than 500 active orders.")


def check_parts(state: State, market: Market) -> None:
    """There is a ceiling for partial stops and targets."""
    if sum(1 for order in market.orders.values() if order.partial) >= 2 * state.setup.limits.partial:
        raise RefusalError(Why.TOO_MANY_PARTS, "Not allowed to have more than 20 TP/SLs under Partial tpSlMode")


def check_money(state: State, market: Market, ticket: Ticket) -> None:
    """What the order would open must be affordable; a conditional order is looked at when it fires."""
    if ticket.trigger_price is not None or not state.setup.check_margin:
        return
    price = ticket.price or market.last
    if market.listing.spot:
        coin = market.listing.settle if ticket.side > 0 else market.listing.base
        amount = ticket.quantity * price if ticket.side > 0 else ticket.quantity
        if state.coins.get(coin, ZERO) - locked(state, coin) < amount:
            raise RefusalError(Why.NO_COINS, "Insufficient balance.")
        return
    if ticket.reduce_only:
        return
    if need(market, opening(market, ticket.side, ticket.quantity, ticket.index), price) > worth(state).available:
        raise RefusalError(Why.NO_MARGIN, "ab not enough for new order")


def check_amend(market: Market, order: Order, quantity: Decimal | None, price: Decimal | None, trigger: Decimal | None) -> None:
    """A changed order must satisfy what a new one must, and keep more than it has filled."""
    listing = market.listing
    if quantity is not None and (quantity % listing.step or quantity < listing.min_quantity or quantity <= order.filled):
        raise RefusalError(Why.PARAMETER, "Qty invalid")
    check_price(market, order.side, price)
    if trigger is not None:
        if not order.conditional or trigger % listing.tick:
            raise RefusalError(Why.PARAMETER, "TriggerPrice invalid")
        check_side(rises=order.ticket.rises, trigger=trigger, now=price_of(market, order.ticket.trigger_by))
