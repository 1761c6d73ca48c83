"""Orders: new, changed, withdrawn, looked up."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from runner.model.plan import Trigger
from runner.model.trading import Lasts, OrderKind
from runner.rehearsal.core.order import CHILDREN, Exits, Order, Stage, Ticket
from runner.rehearsal.face.asked import Asked
from runner.rehearsal.face.codes import bad
from runner.rehearsal.face.rows import Json, fill_row, order_row
from runner.rehearsal.face.words import KINDS, LASTS, SIDES, TRIGGERS, swap

if TYPE_CHECKING:
    from runner.rehearsal.face.front import Front

LINK = re.compile(r"[A-Za-z0-9_-]{1,36}")
WEEK_MS = 604_800_000
RECENT = 500
SIDE, KIND, LASTING, TRIGGER = swap(SIDES), swap(KINDS), swap(LASTS), swap(TRIGGERS)


def choice[V](asked: Asked, name: str, table: dict[str, V], usual: V) -> V:
    """One of the venue's words, `usual` when it was not sent."""
    word = asked.text(name)
    if not word:
        return usual
    if word not in table:
        raise bad(f"params error: {name} invalid")
    return table[word]


def exits_of(asked: Asked) -> Exits:
    """Stop and target of a request."""
    partial = asked.text("tpslMode") == "Partial"
    limits = {name: asked.number(name) for name in ("slLimitPrice", "tpLimitPrice")}
    if not partial and (any(limits.values()) or "Limit" in (asked.text("slOrderType"), asked.text("tpOrderType"))):
        raise bad("params error: limit take profit and stop loss need tpslMode Partial")
    return Exits(
        stop=asked.number("stopLoss"),
        target=asked.number("takeProfit"),
        stop_by=choice(asked, "slTriggerBy", TRIGGER, Trigger.LAST),
        target_by=choice(asked, "tpTriggerBy", TRIGGER, Trigger.LAST),
        partial=partial,
        stop_limit=limits["slLimitPrice"],
        target_limit=limits["tpLimitPrice"],
    )


def ticket_of(front: Front, asked: Asked) -> Ticket:
    """The order a request asks for; refuses what is no order."""
    key = asked.market()
    side, kind = SIDE.get(asked.need("side")), KIND.get(asked.need("orderType"))
    if not side or kind is None:
        raise bad("params error: Side or OrderType invalid")
    link = asked.text("orderLinkId")
    if link and not LINK.fullmatch(link):
        raise bad("params error: orderLinkId invalid")
    market = kind is OrderKind.MARKET
    exits = exits_of(asked)
    ticket = Ticket(
        market=key,
        side=side,
        kind=kind,
        quantity=quantity_of(front, asked, key, side, market=market),
        link=link,
        price=None if market else asked.amount("price"),
        lasts=Lasts.IOC if market else choice(asked, "timeInForce", LASTING, Lasts.GTC),
        index=asked.whole("positionIdx") or 0,
        reduce_only=asked.flag("reduceOnly"),
        close_on_trigger=asked.flag("closeOnTrigger"),
        exits=replace(exits, stop=exits.stop or None, target=exits.target or None),
    )
    return with_tolerance(front, asked, with_trigger(front, asked, ticket))


def quantity_of(front: Front, asked: Asked, key: str, side: int, *, market: bool) -> Decimal:
    """The quantity in base units; a spot purchase at the market is told in quote money."""
    quantity = asked.amount("qty")
    if key.startswith("spot:") and market and side > 0 and asked.text("marketUnit") != "baseCoin":
        found = front.exchange.state.market(key)
        return found.listing.whole(quantity / found.last)
    return quantity


def with_trigger(front: Front, asked: Asked, ticket: Ticket) -> Ticket:
    """The ticket as a conditional order, where a trigger price was sent."""
    trigger = asked.number("triggerPrice")
    if not trigger:
        return ticket
    by, way = choice(asked, "triggerBy", TRIGGER, Trigger.LAST), asked.whole("triggerDirection")
    if ticket.market.startswith("spot:"):
        way = 1 if trigger > front.exchange.state.market(ticket.market).last else 2
    if way not in (1, 2):
        raise bad("params error: triggerDirection invalid")
    return replace(ticket, trigger_price=trigger, rises=way == 1, trigger_by=by)


def with_tolerance(front: Front, asked: Asked, ticket: Ticket) -> Ticket:
    """The ticket with the slippage a market order bears."""
    kind, value = asked.text("slippageToleranceType"), asked.number("slippageTolerance")
    if not kind or value is None:
        return ticket
    market = front.exchange.state.market(ticket.market)
    return replace(ticket, tolerance=value * market.listing.tick if kind == "TickSize" else market.listing.near(market.last * value / 100))


def create(front: Front, asked: Asked) -> Json:
    """A new order is taken; what becomes of it the streams tell."""
    order = front.exchange.place(ticket_of(front, asked))
    return {"orderId": order.id, "orderLinkId": order.ticket.link}


def named(front: Front, asked: Asked) -> Order:
    """The open order a request names; refuses one that is over or never was."""
    order_id, link = asked.text("orderId"), asked.text("orderLinkId")
    if not order_id and not link:
        raise bad("params error: OrderId or orderLinkId is required")
    return front.exchange.opened(order_id, link, asked.market())


def amend(front: Front, asked: Asked) -> Json:
    """A resting order is changed."""
    order, exits = named(front, asked), None
    if asked.text("stopLoss") or asked.text("takeProfit"):
        new = exits_of(asked)
        stop = order.exits.stop if new.stop is None else new.stop or None
        target = order.exits.target if new.target is None else new.target or None
        exits = replace(order.exits, stop=stop, target=target, partial=order.exits.partial or new.partial)
    front.exchange.amend(
        order, quantity=asked.number("qty"), price=asked.number("price"), trigger=asked.number("triggerPrice"), exits=exits
    )
    return {"orderId": order.id, "orderLinkId": order.ticket.link}


def cancel(front: Front, asked: Asked) -> Json:
    """An open order is withdrawn."""
    order = front.exchange.cancel(named(front, asked))
    return {"orderId": order.id, "orderLinkId": order.ticket.link}


def cancel_all(front: Front, asked: Asked) -> Json:
    """Every open order of a symbol or coin; without a filter also what protects positions."""
    scope(asked)
    wanted = [order for order in front.exchange.state.orders_open() if matches(asked, order)]
    for order in wanted[:RECENT]:
        front.exchange.cancel(order, "CancelByUser")
    return {"list": [{"orderId": order.id, "orderLinkId": order.ticket.link} for order in wanted[:RECENT]], "success": "1"}


def scope(asked: Asked) -> None:
    """A linear request must say which symbol or coin it means."""
    if asked.category() == "linear" and not any(
        asked.text(name) for name in ("symbol", "baseCoin", "settleCoin", "orderId", "orderLinkId")
    ):
        raise bad("params error: symbol, settleCoin or baseCoin is required")


def plain_order(order: Order) -> bool:
    """Neither conditional nor a position's own."""
    return order.trigger_price is None and order.origin not in CHILDREN


def matches(asked: Asked, order: Order) -> bool:
    """Whether an order lies in what a request asks for."""
    key = order.ticket.market
    if key.startswith("spot:") != (asked.category() == "spot"):
        return False
    symbol, base, settle = asked.text("symbol"), asked.text("baseCoin"), asked.text("settleCoin")
    name = key.removeprefix("spot:")
    if (symbol and name != symbol) or (base and not name.startswith(base)) or (settle and not name.endswith(settle)):
        return False
    return filtered(asked.text("orderFilter"), order)


def filtered(word: str, order: Order) -> bool:
    """Whether an order is of the kind that a filter names; every one is when it names none."""
    if word == "Order":
        return plain_order(order)
    if word == "StopOrder":
        return not plain_order(order)
    return order.origin in CHILDREN if word == "tpslOrder" else True


def listed(front: Front, asked: Asked, orders: list[Order]) -> Json:
    """A page of orders, newest first."""
    rows = sorted(orders, key=lambda order: order.number, reverse=True)
    page, cursor = asked.page(rows, usual=20, most=50)
    markets = front.exchange.state.markets
    return {
        "list": [order_row(markets[order.ticket.market], order) for order in page],
        "nextPageCursor": cursor,
        "category": asked.category(),
    }


def by_id(front: Front, asked: Asked) -> list[Order] | None:
    """The one order a request names, in a list; None when it names none."""
    order_id, link = asked.text("orderId"), asked.text("orderLinkId")
    if not order_id and not link:
        return None
    order = front.exchange.find(order_id, link)
    return [order] if order is not None and matches(asked, order) else []


def realtime(front: Front, asked: Asked) -> Json:
    """What is open; by id also what was closed lately, and on request only that."""
    scope(asked)
    state = front.exchange.state
    one = by_id(front, asked)
    if one is not None:
        recent = {order.id for order in state.orders_closed(RECENT)}
        return listed(front, asked, [order for order in one if order.open or (order.id in recent and front.recent)])
    if asked.whole("openOnly"):
        return listed(front, asked, [order for order in state.orders_closed(RECENT) if matches(asked, order)])
    return listed(front, asked, [order for order in state.orders_open() if matches(asked, order)])


def history(front: Front, asked: Asked) -> Json:
    """Orders that are over, as long as they are kept."""
    state, setup = front.exchange.state, front.exchange.setup
    one = by_id(front, asked)
    start, end = asked.window(state.now_ms, usual_ms=WEEK_MS)
    found = [order for order in (state.orders.values() if one is None else one) if not order.open and matches(asked, order)]
    kept = [order for order in found if state.now_ms - order.updated_ms <= (setup.retention_ms if order.filled else setup.unfilled_ms)]
    if one is None:
        kept = [order for order in kept if start <= order.created_ms <= end]
    status = asked.text("orderStatus")
    wanted = {Stage.FILLED: "Filled", Stage.CANCELLED: "Cancelled", Stage.REJECTED: "Rejected", Stage.DEACTIVATED: "Deactivated"}
    return listed(front, asked, [order for order in kept if not status or wanted.get(order.stage) == status])


def executions(front: Front, asked: Asked) -> Json:
    """Fills and funding payments, newest first."""
    state, spot = front.exchange.state, asked.category() == "spot"
    start, end = asked.window(state.now_ms, usual_ms=WEEK_MS)
    order_id, link, symbol, kind = (asked.text(name) for name in ("orderId", "orderLinkId", "symbol", "execType"))
    found = []
    for fill in reversed(state.fills):
        if fill.at_ms < start:
            break
        if fill.at_ms > end or fill.market.startswith("spot:") != spot or (kind and fill.word != kind):
            continue
        if order_id:
            keep = fill.order.id == order_id
        elif link:
            keep = fill.order.ticket.link == link
        else:
            keep = not symbol or fill.market.removeprefix("spot:") == symbol
        if keep:
            found.append(fill)
    page, cursor = asked.page(found, usual=50, most=100)
    rows = [fill_row(state.markets[fill.market], fill) for fill in page]
    return {"nextPageCursor": cursor, "category": asked.category(), "list": rows}
