"""Fills: the only place where positions, balances, the ledger and the realised profit change through trading."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from decimal import Decimal

from runner.model.trading import Origin
from runner.rehearsal.core.listing import ZERO, cents
from runner.rehearsal.core.order import Fill, Order, Stage
from runner.rehearsal.core.orders import cover, drop, forget, say
from runner.rehearsal.core.position import Position
from runner.rehearsal.core.protection import attach, attach_spot, resize
from runner.rehearsal.core.state import Closed, Market, Row, State

LEDGER = {"BustTrade": "LIQUIDATION", "AdlTrade": "ADL"}
WORDS = {Origin.LIQUIDATION: "BustTrade", Origin.ADL: "AdlTrade"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What one execution comes to: how much at which price, its cost, and what it took off a position for which profit."""

    quantity: Decimal
    price: Decimal
    rate: Decimal
    maker: bool
    fee: Decimal
    coin: str
    closed: Decimal = ZERO
    profit: Decimal = ZERO


def fill(state: State, market: Market, order: Order, quantity: Decimal, price: Decimal, *, maker: bool) -> Fill:
    """Fill `quantity` of an order at `price`, with everything that follows from it."""
    order.filled += quantity
    order.value += quantity * price
    if market.listing.spot:
        return fill_spot(state, market, order, spot_deal(market, order, quantity, price, maker=maker))
    position = market.positions[order.ticket.index]
    deal = deal_of(market, position, order, quantity, price, maker=maker)
    order.fee, order.profit = order.fee + deal.fee, order.profit + deal.profit
    book_closed(state, market, position, order, deal)
    done = record(state, market, order, deal)
    opened = quantity - deal.closed
    take_off(state, position, deal.closed)
    put_on(state, position, order.side, opened, price, deal.fee * opened / quantity)
    row(state, done, deal.coin, deal.profit, deal.fee, position.size)
    position.realised += deal.profit - deal.fee
    position.total += deal.profit - deal.fee
    settle(state, market, order)
    finish_position(state, market, position, order, deal.closed, opened)
    state.tell("wallet", market.listing.key)
    return done


def deal_of(market: Market, position: Position, order: Order, quantity: Decimal, price: Decimal, *, maker: bool) -> Deal:
    """The deal of a perpetual. Rounded once: cash flow less fee is the change of the balance to the last digit."""
    closed = min(quantity, position.size) if position.side == -order.side else ZERO
    rate = market.listing.maker if maker else market.listing.taker
    fee = cents(quantity * price * rate)
    change = cents(position.side * closed * (price - position.entry) - quantity * price * rate)
    return Deal(
        quantity=quantity,
        price=price,
        rate=rate,
        maker=maker,
        fee=fee,
        coin=market.listing.settle,
        closed=closed,
        profit=change + fee,
    )


def spot_deal(market: Market, order: Order, quantity: Decimal, price: Decimal, *, maker: bool) -> Deal:
    """The deal of a pair: the fee is taken out of what is received."""
    rate = market.listing.maker if maker else market.listing.taker
    fee = cents(quantity * rate) if order.side > 0 else cents(quantity * price * rate)
    coin = market.listing.base if order.side > 0 else market.listing.settle
    return Deal(quantity=quantity, price=price, rate=rate, maker=maker, fee=fee, coin=coin)


def record(state: State, market: Market, order: Order, deal: Deal) -> Fill:
    """Write an execution into the record, the log and onto the streams."""
    done = Fill(
        number=state.number(),
        id=state.new_id(),
        order=copy.copy(order),
        market=market.listing.key,
        side=order.side,
        quantity=deal.quantity,
        price=deal.price,
        fee=deal.fee,
        rate=deal.rate,
        fee_coin=deal.coin,
        maker=deal.maker,
        word=WORDS.get(order.origin, "Trade"),
        closed=deal.closed,
        profit=deal.profit,
        mark=market.mark,
        at_ms=state.now_ms,
    )
    state.fills.append(done)
    state.note(
        "fill",
        id=done.id,
        order=order.id,
        link=order.ticket.link,
        symbol=done.market,
        side=done.side,
        quantity=str(deal.quantity),
        price=str(deal.price),
        fee=str(deal.fee),
        maker=deal.maker,
        origin=order.origin.value,
        profit=str(deal.profit),
        closed=str(deal.closed),
    )
    state.tell("fill", done.market, done)
    return done


def row(state: State, done: Fill, coin: str, cash: Decimal, fee: Decimal, size: Decimal) -> None:
    """Change a balance by what an execution brought, with its row in the ledger."""
    change, balance = state.pay(coin, cash - fee)
    state.ledger.append(
        Row(
            number=state.number(),
            id=f"{len(state.ledger) + 1}_{done.order.ticket.market.removeprefix('spot:')}_{done.number}",
            word=LEDGER.get(done.word, "TRADE"),
            coin=coin,
            market=done.market,
            side=done.side,
            quantity=done.quantity,
            price=done.price,
            size=size,
            cash=change + fee,
            funding=ZERO,
            fee=fee,
            rate=done.rate,
            change=change,
            balance=balance,
            trade_id=done.id,
            order_id=done.order.id,
            link=done.order.ticket.link,
            at_ms=done.at_ms,
        )
    )


def take_off(state: State, position: Position, quantity: Decimal) -> None:
    """Make a position smaller; flat, it forgets its price."""
    if quantity == 0:
        return
    position.open_fee -= position.open_fee * quantity / position.size
    position.size -= quantity
    position.updated_ms, position.number = state.now_ms, state.number()
    if position.size == 0:
        position.side, position.entry, position.open_fee = 0, ZERO, ZERO


def put_on(state: State, position: Position, side: int, quantity: Decimal, price: Decimal, fee: Decimal) -> None:
    """Open or enlarge a position."""
    if quantity == 0:
        return
    if not position.side:
        position.side, position.created_ms, position.realised = side, state.now_ms, ZERO
        position.armed, position.distance, position.trail_from = False, ZERO, None
    total = position.size + quantity
    position.entry = (position.entry * position.size + price * quantity) / total
    position.size = total
    position.open_fee += fee
    position.updated_ms, position.number = state.now_ms, state.number()


def settle(state: State, market: Market, order: Order) -> None:
    """After a fill: a full order leaves the book, and takes the leg along that it was paired with."""
    if order.left <= 0:
        market.orders.pop(order.id, None)
        forget(market, order)
        say(state, order, Stage.FILLED)
        other = market.orders.get(order.pair)
        if other is not None:
            drop(state, market, other, "CancelByTpSlTsClear")
    else:
        say(state, order, Stage.PARTLY_FILLED)


def finish_position(state: State, market: Market, position: Position, order: Order, closed: Decimal, opened: Decimal) -> None:
    """After a fill: children gone or resized, new ones attached, the streams and the log told."""
    if closed and (opened or not position.side):
        clear(state, market, position)
    if opened:
        attach(state, market, position, order, opened)
    resize(state, market, position)
    state.tell("position", market.listing.key, position)
    cover(state, market, position.index)


def clear(state: State, market: Market, position: Position) -> None:
    """A position that went through flat loses its children, also when it stands on the other side now."""
    side, position.side = position.side, 0
    resize(state, market, position)
    position.side = side


def book_closed(state: State, market: Market, position: Position, order: Order, deal: Deal) -> None:
    """Add to the realised profit told for one order; one record for all its fills."""
    if deal.closed == 0:
        return
    last = state.closed[-1] if state.closed else None
    if last is None or last.order.id != order.id:
        last = Closed(number=state.number(), order=order, side=position.side, leverage=market.leverage, created_ms=state.now_ms)
        last.word = WORDS.get(order.origin, "Trade")
        state.closed.append(last)
    opening, closing = cents(position.open_fee * deal.closed / position.size), cents(deal.fee * deal.closed / deal.quantity)
    last.quantity += deal.closed
    last.entry_value += position.entry * deal.closed
    last.exit_value += deal.price * deal.closed
    last.open_fee, last.close_fee = last.open_fee + opening, last.close_fee + closing
    last.profit += position.side * deal.closed * (deal.price - position.entry) - opening - closing
    last.fills, last.updated_ms = last.fills + 1, state.now_ms


def fill_spot(state: State, market: Market, order: Order, deal: Deal) -> Fill:
    """A fill of the spot market: coins change hands."""
    listing = market.listing
    order.fee += deal.fee
    done = record(state, market, order, deal)
    for name, cash in ((listing.base, order.side * deal.quantity), (listing.settle, -order.side * deal.quantity * deal.price)):
        row(state, done, name, cash, deal.fee if name == deal.coin else ZERO, ZERO)
    settle(state, market, order)
    if order.side > 0 and order.exits.any:
        attach_spot(state, market, order, listing.whole(deal.quantity - deal.fee))
    state.tell("wallet", listing.key)
    return done
